import type { Decision, Mark, Picture, Row } from './picture.js';
import { kindOf } from './rowKind.js';

/** A text of the form of the files in `marbles/`, to be drawn. */
export interface WrittenPicture {
  readonly title: string;
  /** The paragraphs below the title. */
  readonly description: string;
  readonly picture: Picture;
}

/**
 * Reads the title, the paragraphs and the picture of a text as those in `marbles/`. Whether a cluster would do that is not checked.
 * Throws an `Error` with the line of what has another form.
 */
export const readPicture = (text: string): WrittenPicture => {
  const lines = text.split(/\r?\n/).map((line) => line.trimEnd());
  const title = /^# (.+)$/.exec(lines[0] ?? '')?.[1] ?? wrong(0, "'# ' and a title", lines[0]);
  const diagram = lineOf(lines, 'diagram');
  const decisions = lineOf(lines, 'decisions');
  const head = lines.slice(1, diagram);
  const labelWidth = lines[diagram + 1]?.indexOf('0') ?? -1;
  if (labelWidth < 1) wrong(diagram + 1, 'a ruler with 0 above the first column', lines[diagram + 1]);
  const rows = lines
    .slice(diagram + 2, decisions)
    .flatMap((line, index) => (line === '' ? [] : [readRow(line, diagram + 2 + index, labelWidth)]));
  const sentences = lines
    .slice(decisions + 1)
    .flatMap((line, index) => (line === '' ? [] : [readDecision(line, decisions + 1 + index)]));
  const width = Math.max(1, ...[...rows, ...sentences.map(({ at: to = 0 }) => ({ to }))].map(({ to }) => to + 1));
  return {
    title,
    description: head
      .slice(0, head.includes('options') ? head.indexOf('options') : head.length)
      .join('\n')
      .trim(),
    picture: { column: columnOf(head), width, rows, decisions: sentences },
  };
};

const wrong = (line: number, expected: string, got: string | undefined): never => {
  throw new Error(
    `line ${line + 1}: expected ${expected}, got ${got === undefined || got === '' ? 'nothing' : got.trim()}`,
  );
};

const lineOf = (lines: readonly string[], word: string): number => {
  const at = lines.indexOf(word);
  return at === -1 ? wrong(lines.length - 1, `a line '${word}' before the end of the text`, lines.at(-1)) : at;
};

const columnOf = (head: readonly string[]): number => {
  const at = head.findIndex((line) => /^\s+column\s/.test(line));
  const given = head[at]?.trim().slice('column'.length).trim() ?? '1';
  return Number(given) > 0 ? Number(given) : wrong(at + 1, 'a number of ms above 0 as column', given);
};

const readRow = (line: string, number: number, labelWidth: number): Row => {
  const name = line.slice(0, labelWidth).trim();
  if (name === '') wrong(number, `the name of a row in the first ${labelWidth} characters`, line);
  const cells = Array.from(line.slice(labelWidth));
  const marks = cells.flatMap((sign, at): readonly Mark[] => (sign === '-' || sign === ' ' ? [] : [{ at, sign }]));
  return { kind: kindOf(name), name, marks, from: cells.findIndex((cell) => cell !== ' '), to: cells.length - 1 };
};

const readDecision = (line: string, number: number): Decision => {
  const [, at = '', sentence = ''] = /^ *(\d*) +(\S.*)$/.exec(line) ?? wrong(number, 'a column and a sentence', line);
  return at === '' ? { sentence } : { at: Number(at), sentence };
};
