import { plainText } from '../screen/plainText.js';
import { type Span, span } from '../screen/frame.js';
import type { Style } from '../screen/style.js';
import { widthOf } from '../screen/glyphs.js';
import type { Row } from '../model/rows.js';
import { type Point, slotKey } from '../model/view.js';
import type { Context } from './context.js';
import { secondsOf, sparkline, topOf } from './sparkline.js';
import { stateStyle } from './stateStyle.js';
import { age, latency, memory, percent, rate } from './units.js';

export type Lines = readonly (readonly Span[])[];

interface Column {
  /** Also the name by which rows are sorted. */
  readonly title: string;
  readonly cell: (row: Row) => string;
  readonly style?: (row: Row) => Style;
  readonly left?: true;
  /** Columns with the lowest number are left out first where the terminal is too narrow. Without one a column stays. */
  readonly priority?: number;
  /** So wide that it does not change with each figure. */
  readonly least: number;
}

const figure = (value: number | undefined, text: (value: number) => string): string =>
  value === undefined ? '' : text(value);

const columns: readonly Column[] = [
  { title: 'slot', cell: nameOf, style: ({ slot }) => (slot === undefined ? 'bold' : ''), left: true, least: 8 },
  { title: 'state', cell: ({ state }) => state, style: ({ state }) => stateStyle(state), left: true, least: 9 },
  { title: 'gen', cell: ({ slot }) => (slot === undefined ? '' : String(slot.generation)), priority: 5, least: 3 },
  {
    title: 'pid',
    cell: ({ slot, worker, master }) => String((slot === undefined ? master : worker)?.pid ?? ''),
    priority: 4,
    least: 5,
  },
  { title: 'up', cell: uptimeOf, priority: 6, least: 3 },
  { title: 'rst', cell: ({ slot, cluster }) => String((slot ?? cluster).restarts), priority: 3, least: 3 },
  {
    title: 'crash',
    cell: ({ slot, cluster }) => String((slot ?? cluster).crashes),
    style: ({ slot, cluster }) => ((slot ?? cluster).crashes > 0 ? 'yellow' : ''),
    priority: 1,
    least: 5,
  },
  { title: 'cpu', cell: ({ figures }) => figure(figures.cpu, percent), least: 4 },
  { title: 'rss', cell: ({ figures }) => figure(figures.rss, memory), least: 4 },
  { title: 'loop', cell: ({ figures }) => figure(figures.loop, percent), priority: 8, least: 4 },
  { title: 'req/s', cell: ({ figures }) => figure(figures.requests, rate), priority: 9, least: 5 },
  { title: 'p50', cell: ({ figures }) => figure(figures.p50, latency), priority: 2, least: 4 },
  { title: 'p99', cell: ({ figures }) => figure(figures.p99, latency), priority: 7, least: 4 },
];

function nameOf({ slot, cluster }: Row): string {
  return slot === undefined ? `${plainText(cluster.cluster, 40)} ${cluster.ready}/${cluster.size}` : `  ${slot.slot}`;
}

function uptimeOf({ slot, worker, cluster, now }: Row): string {
  if (slot !== undefined) return worker === undefined ? '' : age(now - worker.forkedAt);
  return cluster.phase === 'ended' ? '' : age(now - cluster.startedAt);
}

/** A history behind the column of this title. */
interface Spark {
  readonly title: string;
  readonly value: (point: Point) => number | undefined;
  /** The top of the line is at least this. */
  readonly least: number;
  /** What a cluster shows of its slots, as in the figure beside it: the busiest one, or their sum. */
  readonly ofSlots: 'busiest' | 'sum';
}

/** In the order in which they are shown where there is room. */
const sparks: readonly Spark[] = [
  { title: 'cpu', value: ({ cpu }) => cpu, least: 0.2, ofSlots: 'sum' },
  { title: 'req/s', value: ({ requests }) => requests, least: 10, ofSlots: 'sum' },
  { title: 'loop', value: ({ loop }) => loop, least: 0.2, ofSlots: 'busiest' },
  { title: 'rss', value: ({ rss }) => rss, least: 100 * 1_048_576, ofSlots: 'sum' },
];

const shortestSpark = 5;
const longestSpark = 20;
const gap = 1;

interface Sized extends Column {
  readonly size: number;
}

/** The titles, and a line for each row. `sort` is the column by which they are sorted. */
export const tableLines = (
  rows: readonly Row[],
  sort: { readonly column: string; readonly descending: boolean },
  selected: string | undefined,
  { width, glyphs }: Context,
): { readonly titles: readonly Span[]; readonly lines: Lines } => {
  const sized = fit(
    columns.map((column) => Object.assign({ size: sizeOf(column, rows, sort) }, column)),
    // A history is worth more than the last column.
    width - (shortestSpark + gap),
  );
  const room = width - widthOfAll(sized);
  const drawn = sparks
    .filter(({ title }) => sized.some((column) => column.title === title))
    .slice(0, Math.floor(room / (shortestSpark + gap)));
  const length = Math.min(longestSpark, Math.floor(room / Math.max(1, drawn.length)) - gap);
  const lengthOf = (title: string) => (drawn.some((spark) => spark.title === title) ? length : 0);
  const titles = sized.flatMap(({ title, size, left }): readonly Span[] => {
    const isSorted = title === sort.column;
    const text = `${title}${isSorted ? (sort.descending ? glyphs.down : glyphs.up) : ''}`;
    const more = lengthOf(title) === 0 ? '' : ' '.repeat(lengthOf(title) + gap);
    return [span(`${aligned(text, size, left)}${more}`, isSorted ? 'bold' : 'dim'), span(' '.repeat(gap))];
  });
  const lines = rows.map((row) => {
    const isSelected = row.key === selected;
    const styled = (style: Style): Style =>
      isSelected ? 'inverse' : row.master.connection === 'ended' ? 'dim' : style;
    const spans = sized.flatMap((column): readonly Span[] => {
      const text = aligned(column.cell(row), column.size, column.left);
      const cell = span(text, styled(column.style?.(row) ?? ''));
      const between = span(' '.repeat(gap), styled(''));
      const spark = drawn.find(({ title }) => title === column.title);
      return spark === undefined
        ? [cell, between]
        : [cell, between, span(sparkOf(row, spark, length, glyphs), styled('cyan')), between];
    });
    return isSelected ? spans.concat(span(' '.repeat(width), 'inverse')) : spans;
  });
  return { titles, lines };
};

/** The history of a slot, or of all slots of a cluster. */
const sparkOf = (row: Row, { value, least, ofSlots }: Spark, length: number, glyphs: Context['glyphs']): string => {
  const { master, cluster, slot, now } = row;
  const slots = slot === undefined ? cluster.slots : [slot];
  const all = slots.map(({ slot: number }) =>
    secondsOf(master.history.get(slotKey(cluster.cluster, number)) ?? [], length, now, value),
  );
  const values = Array.from({ length }, (_, at) =>
    together(
      all.flatMap((one) => one[at] ?? []),
      ofSlots,
    ),
  );
  return sparkline(values, topOf(values, ofSlots === 'sum' ? least * slots.length : least), glyphs);
};

const together = (values: readonly number[], ofSlots: Spark['ofSlots']): number | undefined => {
  if (values.length === 0) return undefined;
  return ofSlots === 'busiest' ? Math.max(...values) : values.reduce((sum, value) => sum + value, 0);
};

const sizeOf = ({ title, cell, least }: Column, rows: readonly Row[], sort: { readonly column: string }): number =>
  rows.reduce(
    (size, row) => Math.max(size, widthOf(cell(row))),
    Math.max(least, title.length + Number(title === sort.column)),
  );

const widthOfAll = (sized: readonly Sized[]): number => sized.reduce((sum, { size }) => sum + size + gap, 0);

/** Leaves out columns until the rest fits, or only those that stay are left. */
const fit = (sized: readonly Sized[], width: number): readonly Sized[] => {
  const lowest = sized.reduce((least, { priority = Infinity }) => Math.min(least, priority), Infinity);
  if (widthOfAll(sized) <= width || lowest === Infinity) return sized;
  return fit(
    sized.filter(({ priority = Infinity }) => priority > lowest),
    width,
  );
};

const aligned = (text: string, size: number, left: true | undefined): string => {
  const space = ' '.repeat(Math.max(0, size - widthOf(text)));
  return left === true ? `${text}${space}` : `${space}${text}`;
};
