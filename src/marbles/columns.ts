/** Lengths of a column in ms at which times can be read. */
const lengths: readonly number[] = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000,
  ...[1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440].map((minutes) => minutes * 60_000),
];

const day = 86_400_000;

/** Which columns show a time. */
export interface Columns {
  /** ms of a column. */
  readonly column: number;
  /** The time at the first one: a multiple of their length, so that a mark stays in its column while time goes on. */
  readonly begin: number;
  readonly width: number;
}

/** The shortest columns with which the time between two times has so much room. */
export const columnsFor = (from: number, to: number, room: number): Columns => {
  // One more, because the first column begins before.
  const fits = (column: number) => (to - from) / column + 2 <= room;
  const column = lengths.find(fits) ?? Math.ceil((to - from) / day / (room - 2)) * day;
  const begin = Math.floor(from / column) * column;
  return { column, begin, width: Math.floor((to - begin) / column) + 1 };
};
