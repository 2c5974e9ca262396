/** Where JSON text breaks off being JSON, as `line:column`: after the longest beginning that could still be continued. */
export const jsonPosition = (text: string): string => {
  let good = 0;
  let bad = text.length + 1;
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (canContinue(text.slice(0, middle))) good = middle;
    else bad = middle;
  }
  const lines = text.slice(0, good).split('\n');
  return `${lines.length}:${(lines.at(-1) ?? '').length + 1}`;
};

const canContinue = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    const [, at] = /at position (\d+)/.exec(message) ?? [];
    return /Unexpected end|Unterminated/.test(message) || Number(at) === text.length;
  }
};
