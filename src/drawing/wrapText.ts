/** A text in lines of so many characters at most, broken between words where there are any. */
export const wrapText = (text: string, characters: number): readonly string[] => {
  const lines: string[] = [];
  for (const word of text.split(/[^\S\u00A0]+/).flatMap((word) => pieces(word, characters))) {
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + word.length > characters) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
};

/** A word that is longer than a line, such as a path, in pieces. */
const pieces = (word: string, characters: number): readonly string[] =>
  word.match(new RegExp(`.{1,${characters}}`, 'gsu')) ?? [];
