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
  const place = (from: number, to: number, unit: number) => placesOf(before, from, to, unit);
  const unit = Math.min(narrowest, width / columns / 2);
  const places = place(0, columns - 1, unit);
  const count = Math.max(1, Math.ceil((places.at(-1) ?? 0) / width));
  const length = (places.at(-1) ?? 0) / count;
  const starts = Array.from({ length: count }, (_, band) => places.findIndex((x) => x >= band * length));
  return starts.map((from, band) => {
    const to = (starts[band + 1] ?? columns) - 1;
    const spread = place(
      from,
      to,
      widestUnit((each) => place(from, to, each).at(-1) ?? 0, unit, width),
    );
    return { from, to, x: (column) => spread[column - from] ?? 0 };
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

const placesOf = (
  before: ReadonlyMap<number, readonly number[]>,
  from: number,
  to: number,
  unit: number,
): readonly number[] => {
  const places: number[] = [0];
  for (let column = from + 1; column <= to; column += 1) {
    const least = (before.get(column) ?? [])
      .filter((previous) => previous >= from)
      .map((previous) => (places[previous - from] ?? 0) + gap);
    places.push(Math.max((places.at(-1) ?? 0) + unit, ...least));
  }
  return places;
};

/** The widest unit with which a band fits. */
const widestUnit = (lengthOf: (unit: number) => number, least: number, width: number): number => {
  let [fits, tooWide] = [least, widest];
  if (lengthOf(widest) <= width) return widest;
  for (let step = 0; step < 20; step += 1) {
    const middle = (fits + tooWide) / 2;
    if (lengthOf(middle) <= width) fits = middle;
    else tooWide = middle;
  }
  return fits;
};
