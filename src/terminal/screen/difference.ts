import { blank, type Cell, type Frame, type Line } from './frame.js';
import { sgr, type Style } from './style.js';

interface Cursor {
  /** `undefined`: the terminal alone knows. */
  at: { readonly row: number; readonly column: number } | undefined;
  style: Style | undefined;
}

/** Fewer blanks are written. */
const shortestErase = 4;

/**
 * What to write to a terminal that shows one frame so that it shows the next. Only cells that differ are written; without a frame before, or with one of another size, the screen is cleared first.
 * The cursor is left anywhere, and the style is the default one.
 */
export const difference = (before: Frame | undefined, after: Frame, coloured: boolean): string => {
  const same = before?.length === after.length && before[0]?.length === after[0]?.length;
  const cursor: Cursor = { at: undefined, style: undefined };
  const written = after.flatMap((line, row) =>
    lineDifference(same ? before[row] : undefined, line, row, cursor, coloured),
  );
  const reset = cursor.style === undefined || cursor.style === '' ? '' : sgr('', coloured);
  return `${same ? '' : `${sgr('', coloured)}\u001B[2J`}${written.join('')}${reset}`;
};

const isSame = (one: Cell | undefined, other: Cell): boolean =>
  one !== undefined && one.text === other.text && one.style === other.style;

const isBlank = ({ text, style }: Cell): boolean => text === ' ' && style === '';

const lineDifference = (
  before: Line | undefined,
  after: Line,
  row: number,
  cursor: Cursor,
  coloured: boolean,
): readonly string[] => {
  if (before === after) return [];
  const written: string[] = [];
  const styled = (style: Style) => {
    if (cursor.style === style) return;
    written.push(sgr(style, coloured));
    cursor.style = style;
  };
  const blankFrom = after.findLastIndex((cell) => !isBlank(cell)) + 1;
  for (let column = 0; column < after.length; column += 1) {
    const cell = after[column] ?? blank;
    if (isSame(before === undefined ? blank : before[column], cell)) continue;
    // The left half has written it.
    if (cell.text === '') continue;
    written.push(move(cursor.at, row, column));
    if (column >= blankFrom && after.length - column >= shortestErase) {
      styled('');
      written.push('\u001B[K');
      cursor.at = { row, column };
      break;
    }
    styled(cell.style);
    written.push(cell.text);
    cursor.at = isCertain(cell, after[column + 1]) ? { row, column: column + 1 } : undefined;
  }
  return written;
};

/** Where symbols begin of which some terminals make pictures. */
const firstSymbol = 0x2600;

/** Whether all terminals have the cursor in the next column after a cell. They do not agree how wide symbols and characters of several parts are, and where it is after the last column. */
const isCertain = ({ text }: Cell, next: Cell | undefined): boolean =>
  text.length === 1 && text.charCodeAt(0) < firstSymbol && next !== undefined && next.text !== '';

const move = (at: Cursor['at'], row: number, column: number): string => {
  if (at?.row === row && at.column === column) return '';
  if (at?.row === row && at.column < column) {
    const distance = column - at.column;
    return `\u001B[${distance === 1 ? '' : distance}C`;
  }
  if (at !== undefined && at.row + 1 === row && column === 0) return '\r\n';
  return column === 0 ? `\u001B[${row + 1}H` : `\u001B[${row + 1};${column + 1}H`;
};
