import type { Row } from '../picture.js';

/** A part of a picture that fits the page: its columns, both included, and where each is. */
export interface Band {
  readonly from: number;
  readonly to: number;
  /** The place of a column, from 0. */
  readonly x: (column: number) => number;
}

/** Between the centres of two marks of one row. */
const gap = 16;

/** A column is not wider than this, however few there are. */
const widest = 14;

/** Where nothing happens a column is not narrower than this, except in a picture with so many columns that they would need more than half of the width. */
const narrowest = 1.5;

/**
 * Divides a picture into bands of a width. All rows have the same columns. A column is as wide as it must be so that no two marks of a row touch: time that has many of them is stretched,
 * and time that has none is compressed.
 */
export const bandsOf = (rows: readonly Row[], columns: number, width: number): readonly Band[] => {
  const before = previousMarks(rows);
  const marked = [...new Set(rows.flatMap(({ marks }) => marks.map(({ at }) => at)))].toSorted(
    (one, other) => one - other,
  );
  const place = (from: number, to: number, unit: number): Places => {
    const between = marked.filter((column) => column > from && column < to);
    return placesOf(before, [from, ...between, ...(to > from ? [to] : [])], unit);
  };
  const unit = Math.min(narrowest, width / columns / 2);
  const whole = place(0, columns - 1, unit);
  const count = Math.max(1, Math.ceil(lengthOf(whole) / width));
  const starts = Array.from({ length: count }, (_, band) => columnAt(whole, (band * lengthOf(whole)) / count));
  return starts.map((from, band) => {
    const to = (starts[band + 1] ?? columns) - 1;
    const fitting = widestUnit((each) => lengthOf(place(from, to, each)), unit, width);
    return { from, to, x: xIn(place(from, to, fitting)) };
  });
};

/** For each column, the columns of the marks before it in the rows that have a mark there. */
const previousMarks = (rows: readonly Row[]): ReadonlyMap<number, readonly number[]> => {
  const before = new Map<number, number[]>();
  for (const { marks } of rows)
    marks.forEach(({ at }, index) => {
      const previous = marks[index - 1];
      if (previous !== undefined) before.set(at, [...(before.get(at) ?? []), previous.at]);
    });
  return before;
};

interface Place {
  readonly column: number;
  readonly x: number;
}

/** Where the columns with marks are, from left to right. Those between two of them are evenly spaced. */
type Places = readonly Place[];

const placesOf = (before: ReadonlyMap<number, readonly number[]>, columns: readonly number[], unit: number): Places => {
  const places: Place[] = [];
  const placed = new Map<number, number>();
  for (const column of columns) {
    const last = places.at(-1);
    const least = (before.get(column) ?? []).map((previous) => (placed.get(previous) ?? -gap) + gap);
    const x = Math.max(last === undefined ? 0 : last.x + (column - last.column) * unit, ...least);
    places.push({ column, x });
    placed.set(column, x);
  }
  return places;
};

const lengthOf = (places: Places): number => places.at(-1)?.x ?? 0;

/** The first column at a place or behind it. */
const columnAt = (places: Places, x: number): number => {
  const index = places.findIndex((place) => place.x >= x);
  const [one, other] = [places[index - 1], places[index]];
  if (one === undefined || other === undefined) return other?.column ?? 0;
  return Math.ceil(one.column + ((x - one.x) / (other.x - one.x)) * (other.column - one.column));
};

const xIn = (places: Places): ((column: number) => number) => {
  const known = new Map(places.map(({ column, x }) => [column, x]));
  return (column) => known.get(column) ?? between(places, column);
};

const between = (places: Places, column: number): number => {
  const index = places.findIndex((place) => place.column > column);
  const [one, other] = [places[index - 1], places[index]];
  if (one === undefined || other === undefined) return other?.x ?? lengthOf(places);
  return one.x + ((column - one.column) / (other.column - one.column)) * (other.x - one.x);
};

/** The widest unit with which a band fits. */
const widestUnit = (lengthWith: (unit: number) => number, least: number, width: number): number => {
  let [fits, tooWide] = [least, widest];
  if (lengthWith(widest) <= width) return widest;
  for (let step = 0; step < 20; step += 1) {
    const middle = (fits + tooWide) / 2;
    if (lengthWith(middle) <= width) fits = middle;
    else tooWide = middle;
  }
  return fits;
};
