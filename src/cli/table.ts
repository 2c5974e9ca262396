import { type Colour, type Paint } from './style.js';
import { harmless } from './harmless.js';

/** A cell: its text, and a colour for it. */
type Cell = string | readonly [text: string, colour: Colour];

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => Cell;
  readonly align?: 'right';
  /** Columns with the lowest number are left out first where the terminal is too narrow. Without one a column stays. */
  readonly priority?: number;
  /** Left out where all of its cells are empty. */
  readonly optional?: boolean;
  /** May be cut where the terminal is too narrow even so. */
  readonly flexible?: boolean;
}

const gap = 2;
const minFlexibleWidth = 6;

/** A table without lines, as wide as its cells need, and at most `width`. */
export const table = <Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { width, paint }: { readonly width: number; readonly paint: Paint },
): string => {
  const all = columns
    .map(({ cell, ...column }) => Object.assign(column, { cells: rows.map((row) => cellOf(cell(row))) }))
    .filter(({ optional, cells }) => optional !== true || cells.some(({ text }) => text !== ''));
  const shown = fit(all, width);
  const overflow = widthOf(shown) - width;
  const sizes = shown.map((column) =>
    column.flexible === true ? Math.max(minFlexibleWidth, sizeOf(column) - Math.max(0, overflow)) : sizeOf(column),
  );
  const line = (cells: readonly StyledText[]) =>
    shown
      .map(({ align }, at) => {
        const { text = '', colour } = cells[at] ?? {};
        const cut = shorten(text, sizes[at] ?? 0);
        const space = ' '.repeat((sizes[at] ?? 0) - widthOfText(cut));
        const painted = colour === undefined ? cut : paint(colour, cut);
        return align === 'right' ? `${space}${painted}` : `${painted}${at === shown.length - 1 ? '' : space}`;
      })
      .join(' '.repeat(gap))
      .trimEnd();
  const titles = line(shown.map(({ title }) => ({ text: title, colour: 'dim' as const })));
  return `${[titles, ...rows.map((_, row) => line(shown.map(({ cells }) => cells[row] ?? { text: '' })))].join('\n')}\n`;
};

interface StyledText {
  readonly text: string;
  readonly colour?: Colour;
}

interface Sized {
  readonly title: string;
  readonly priority?: number;
  readonly cells: readonly StyledText[];
}

const cellOf = (cell: Cell): StyledText =>
  typeof cell === 'string' ? { text: harmless(cell) } : { text: harmless(cell[0]), colour: cell[1] };

const sizeOf = ({ title, cells }: Sized): number =>
  Math.max(widthOfText(title), ...cells.map(({ text }) => widthOfText(text)));

const widthOf = (columns: readonly Sized[]): number =>
  columns.reduce((sum, column) => sum + sizeOf(column) + gap, -gap);

/** Leaves out columns until the rest fits, or only those that stay are left. */
const fit = <C extends Sized>(columns: readonly C[], width: number): readonly C[] => {
  const lowest = Math.min(...columns.map(({ priority = Infinity }) => priority));
  if (widthOf(columns) <= width || lowest === Infinity) return columns;
  return fit(
    columns.filter(({ priority = Infinity }) => priority > lowest),
    width,
  );
};

/** Characters, not columns of the terminal: wide ones are rare in what is shown. */
const widthOfText = (text: string): number => Array.from(text).length;

/** Cuts a text that is too long, with `…` at its end. */
export const shorten = (text: string, width: number): string => {
  const characters = Array.from(text);
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
};
