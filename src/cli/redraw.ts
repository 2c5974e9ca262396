import type { Io } from './command.js';

const upAndErase = (lines: number): string => (lines === 0 ? '' : `\u001B[${lines}A\u001B[J`);

/** The terminal breaks no line meanwhile, so that each takes one row, however wide it shows a character. */
const unwrapped = (text: string): string => `\u001B[?7l${text}\u001B[?7h`;

/** Writes texts to a terminal, each in place of the one before. A line that is longer than the terminal is wide continues in the next one. Of a text that is higher than the terminal only the first lines are shown, because nothing above it can be replaced. */
export const redraw = ({ out, width, height }: Pick<Io, 'out' | 'width' | 'height'>): ((text: string) => void) => {
  let shown = 0;
  return (text) => {
    const all = text.split('\n').flatMap((line) => pieces(line, width));
    const lines = all.slice(0, Math.max(1, height - 1));
    // The colour of a piece may end in one that is not shown.
    const end = lines.length < all.length && text.includes('\u001B[') ? '\u001B[0m' : '';
    out(`${upAndErase(shown)}${unwrapped(lines.join('\n'))}${end}\n`);
    shown = lines.length;
  };
};

/** A line in pieces of so many characters, where colours are none. */
const pieces = (line: string, characters: number): readonly string[] => {
  const colours = String.raw`(?:\u001B\[[\d;]*m)*`;
  return line.match(new RegExp(`(?:${colours}[^\u001B]){1,${characters}}${colours}`, 'gu')) ?? [line];
};
