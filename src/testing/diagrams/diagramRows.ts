import { labelWidthOf, rulerText } from '../../drawing/pictureText.js';
import { showValue } from '../../vocabulary/errors.js';
import { type Line, malformed } from './diagramError.js';
import { kindOf, type RowKind, whyNoRow, workerOf } from './rowNames.js';

/** A row of a diagram. */
export interface DiagramRow {
  readonly kind: RowKind;
  readonly name: string;
  readonly marks: string;
  readonly line: Line;
  /** Where its columns begin in the line. */
  readonly from: number;
}

/** The decisions are written with four digits. */
const mostColumns = 9_999;
const mostRows = 1_000;

/** Throws for a row that is wrong from a column on. */
export const wrongMark = ({ line, from, name }: DiagramRow, column: number, problem: string): never =>
  malformed(line, from + column, `row '${name}': ${problem}`);

/** Throws for a row that is wrong as a whole. */
export const wrongRow = ({ line, name }: DiagramRow, problem: string): never =>
  malformed(line, 0, `row '${name}': ${problem}`);

/** Reads the lines below `diagram`: a ruler, then rows. Throws `DiagramError` for rows that are not aligned with the ruler, unknown, repeated, or out of order. */
export const diagramRows = (header: Line, lines: readonly Line[]): readonly DiagramRow[] => {
  const [ruler = malformed(header, header.text.length, 'expected a ruler below, and rows'), ...others] = lines;
  const from = ruler.text.indexOf('0');
  if (!/^ {18,}0[ \d]*$/.test(ruler.text))
    malformed(
      ruler,
      0,
      'expected a ruler: 18 spaces or more, 0 above the first column, and 10, 20 … above each tenth one',
    );
  if (others.length === 0) malformed(ruler, ruler.text.length, "expected rows below, such as 'worker 1, slot 1'");
  const tooMuch = others[mostRows];
  if (tooMuch !== undefined) malformed(tooMuch, 0, `expected at most ${mostRows} rows, got ${others.length}`);
  const rows = others.map((line) => rowOf(line, from));
  checkOrder(rows);
  checkRuler(ruler, rows, from);
  return rows;
};

/** How many columns a diagram with these rows has: one more than the longest row, so that nothing follows the last exit. The row of a worker that still runs at the end goes to the last column. */
export const widthOf = (rows: readonly DiagramRow[]): number => {
  const longest = Math.max(...rows.map(({ marks }) => marks.length));
  return rows.some(({ kind, marks }) => kind === 'worker' && !/[|xk]$/.test(marks)) ? longest : longest + 1;
};

const rowOf = (line: Line, from: number): DiagramRow => {
  const text = line.text.trimEnd();
  const name = text.slice(0, from).trimEnd();
  const kind = kindOf(name);
  if (kind === undefined) return whyNotAligned(line, from) ?? malformed(line, 0, whyNoRow(name));
  const row: DiagramRow = { kind, name, marks: text.slice(from), line, from };
  if (row.marks.trim() === '') malformed(line, text.length, `row '${name}': expected marks from column ${from + 1} on`);
  if (row.marks.length > mostColumns)
    wrongMark(
      row,
      mostColumns,
      `expected at most ${mostColumns} columns. Use the option column, such as 'column 1000'`,
    );
  if (kind !== 'worker') checkMarks(row);
  return row;
};

/** A known name, and marks that begin elsewhere. */
const whyNotAligned = (line: Line, from: number): undefined => {
  const [, name = '', space = ''] = /^(.*?\S)( +)\S+$/.exec(line.text.trimEnd()) ?? [];
  if (kindOf(name) === undefined) return;
  const at = name.length + space.length;
  malformed(
    line,
    at,
    `row '${name}': expected its marks to begin in column ${from + 1} of the line, below the 0 of the ruler, got column ${at + 1}`,
  );
};

/** Rows of workers have letters of their own. */
const checkMarks = (row: DiagramRow): void => {
  const at = row.marks.search(row.kind === 'input' ? /[^-!]/ : /[^-\d+]/);
  const expected = row.kind === 'input' ? "'!' where it happens" : "the slot of a worker, '+' for several messages";
  if (at !== -1) wrongMark(row, at, `expected ${expected}, and '-' elsewhere, got ${showValue(row.marks.charAt(at))}`);
};

const kinds: readonly RowKind[] = ['input', 'worker', 'output'];

const checkOrder = (rows: readonly DiagramRow[]): void => {
  for (const [index, row] of rows.entries()) {
    const above = rows.slice(0, index);
    const same = above.find(({ name }) => name === row.name);
    if (same !== undefined) wrongRow(row, `expected one such row, and there is one in line ${same.line.number}`);
    const later = above.find(({ kind }) => kinds.indexOf(kind) > kinds.indexOf(row.kind));
    if (later !== undefined)
      wrongRow(
        row,
        `expected above the row '${later.name}'. First come the rows of what happens to the cluster, then the workers, then what the master receives`,
      );
    const younger = row.kind === 'worker' ? above.find(({ name }) => workerOf(name) > workerOf(row.name)) : undefined;
    if (younger !== undefined)
      wrongRow(
        row,
        `expected above the row '${younger.name}', because workers are numbered in the order in which they are forked`,
      );
  }
};

/** The ruler is that of the picture that comes out. */
const checkRuler = (ruler: Line, rows: readonly DiagramRow[], from: number): void => {
  const width = labelWidthOf(rows);
  const last = rows.find(({ name }) => name.length >= width - 1);
  if (from !== width)
    malformed(
      ruler,
      from,
      `expected the 0 of the ruler in column ${width + 1} of the line, ${last === undefined ? 'where all diagrams have it' : `behind the name '${last.name}'`}, got column ${from + 1}`,
    );
  const expected = `${' '.repeat(width)}${rulerText(widthOf(rows))}`;
  const drawn = ruler.text.trimEnd();
  if (drawn === expected) return;
  const at = Array.from(expected.padEnd(drawn.length)).findIndex((digit, index) => digit !== drawn[index]);
  malformed(ruler, at, `expected the ruler\n  ${expected}\ngot`);
};
