/** A line of the text of a diagram. */
export interface Line {
  /** The file that the text is from. */
  readonly file: string | undefined;
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/**
 * A diagram is malformed, or the master did something else than it draws. The message begins with the place, such as `marbles/crash.txt:24:31`,
 * and says what is expected there.
 */
export class DiagramError extends Error {
  override readonly name = 'DiagramError';
  /** `undefined` for a text that is from no file. */
  readonly file: string | undefined;
  /** From 1. */
  readonly line: number;
  /** From 1: the first character of the line. */
  readonly column: number;

  constructor({ file, number }: Line, column: number, problem: string) {
    super(`${file === undefined ? `line ${number}, column ${column}` : `${file}:${number}:${column}`}: ${problem}`);
    this.file = file;
    this.line = number;
    this.column = column;
  }
}

/** Throws for a line that is malformed from a character on, which is counted from 0. Shows the line. */
export const malformed = (line: Line, at: number, problem: string): never => {
  throw new DiagramError(line, at + 1, `${problem}\n${excerpt(line.text, at)}`);
};

/** The part of a line around a character, and a mark below it. */
const excerpt = (text: string, at: number): string => {
  const begin = Math.max(0, at - 100);
  return `  ${visible(text.slice(begin, at + 60))}\n  ${' '.repeat(at - begin)}^`;
};

/** Each character takes one column and controls no terminal. */
const visible = (text: string): string => text.replaceAll(invisible, '·');

/** Control characters, line separators, marks that change the direction of text, and the byte order mark. */
const invisible = /[\p{Cc}\u2028-\u202e\u2066-\u2069\ufeff]/gu;

/** Where a text has the first character that nobody can see; -1 if it has none. */
export const firstInvisible = (text: string): number => text.search(new RegExp(invisible, 'u'));
