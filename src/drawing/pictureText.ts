import type { Decision, Picture, Row } from './picture.js';

/** Where the columns begin: the names of the rows are left of it. */
export const labelWidthOf = (rows: readonly Pick<Row, 'name'>[]): number =>
  Math.max(18, ...rows.map(({ name }) => name.length + 1));

/**
 * A picture as text, in the form of the files in `marbles/`: a ruler, the rows, and the decisions with their columns.
 *
 * ```
 * diagram
 *                   0         10
 * SIGINT            ----------!
 * worker 1, slot 1  for--a----t|
 *
 * decisions
 *    2  1 worker is ready after 2 ms
 * ```
 */
export const pictureText = ({ rows, decisions, width }: Picture): string => {
  const labelWidth = labelWidthOf(rows);
  return [
    'diagram',
    `${' '.repeat(labelWidth)}${rulerText(width)}`,
    ...rows.map((row) => rowText(row, labelWidth)),
    '',
    'decisions',
    ...decisions.map(decisionText),
  ].join('\n');
};

/** The numbers of the columns: each tenth one. */
export const rulerText = (width: number): string =>
  Array.from({ length: Math.ceil(width / 10) }, (_, tens) => String(tens * 10).padEnd(10))
    .join('')
    .trimEnd();

/** A row, with its columns behind so many characters. */
export const rowText = ({ name, marks, from, to }: Row, labelWidth: number): string => {
  const cells = Array.from({ length: to + 1 }, (_, at): string => (at < from ? ' ' : '-'));
  for (const { at, sign } of marks) cells[at] = sign;
  return `${name.padEnd(labelWidth)}${cells.join('')}`;
};

export const decisionText = ({ at, sentence }: Decision): string =>
  `${at === undefined ? ' '.repeat(4) : String(at).padStart(4)}  ${sentence}`;
