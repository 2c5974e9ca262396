import type { Decision, Picture, Row } from './picture.js';

/** Where the columns begin: the names of the rows are left of it. */
export const labelWidth = 18;

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
export const pictureText = ({ rows, decisions, width }: Picture): string =>
  [
    'diagram',
    `${' '.repeat(labelWidth)}${ruler(width)}`,
    ...rows.map(rowText),
    '',
    'decisions',
    ...decisions.map(decisionText),
  ].join('\n');

const ruler = (width: number): string =>
  Array.from({ length: Math.ceil(width / 10) }, (_, tens) => String(tens * 10).padEnd(10))
    .join('')
    .trimEnd();

const rowText = ({ name, marks, from, to }: Row): string => {
  const cells = Array.from({ length: to + 1 }, (_, at): string => (at < from ? ' ' : '-'));
  for (const { at, sign } of marks) cells[at] = sign;
  return `${name.padEnd(labelWidth)}${cells.join('')}`;
};

const decisionText = ({ at, sentence }: Decision): string =>
  `${at === undefined ? ' '.repeat(4) : String(at).padStart(4)}  ${sentence}`;
