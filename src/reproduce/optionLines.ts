/** Options as the lines of a diagram, each with its name and its value as in JSON. */
export const optionLines = (options: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.entries(options)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `  ${name} ${optionText(value)}`);

/** Where a text has what JSON cannot hold; `undefined` if it has no such option. */
export const noJson = (options: Readonly<Record<string, unknown>>): string | undefined =>
  Object.entries(options).find(([, value]) => typeof value === 'object' && hasInfinity(value))?.[0];

const hasInfinity = (value: unknown): boolean =>
  value === Infinity || (typeof value === 'object' && value !== null && Object.values(value).some(hasInfinity));

/** Words need no quotes. */
const optionText = (value: unknown): string =>
  value === Infinity || (typeof value === 'string' && isWord.test(value)) ? String(value) : JSON.stringify(value);

const isWord = /^(?!(?:true|false|Infinity)$)[a-z]\w*$|^\d+%$/i;
