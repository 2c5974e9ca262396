import { pictureOf, type Row as PictureRow } from '../../drawing.js';
import type { Life, MasterView } from '../model/view.js';
import { type Span, span } from '../screen/frame.js';
import type { Style } from '../screen/style.js';
import type { Context } from './context.js';
import type { Lines } from './table.js';

/** What is drawn: the lives of the workers of a cluster. */
export interface Drawn {
  readonly master: MasterView;
  readonly cluster: string;
  /** Only those of this slot. */
  readonly slot?: number | undefined;
  /** Those of this slot first. */
  readonly selected?: number | undefined;
  /** ms of the past. */
  readonly window: number;
  readonly now: number;
}

const labelWidth = 14;

/** The live diagram: a row for each worker that was there in the window, by slot, and how many there are. Now is at the right. Where the room is too small it shows the workers to which something has happened last. */
export const marbleLines = (
  drawn: Drawn,
  room: number,
  { width, glyphs }: Context,
): { readonly lines: Lines; readonly count: number } => {
  const { window, now } = drawn;
  const columns = Math.max(10, width - labelWidth);
  const column = window / columns;
  // The columns stay where they are, so that a sign does not move within one.
  const begin = (Math.floor(now / column) + 1) * column - window;
  const lives = livesOf(drawn, begin);
  const shown = latest(lives, drawn.selected, room);
  const { rows } = pictureOf({ events: shown.flatMap(({ events }) => events), begin, column, width: columns });
  const lines = rows.map((row, at) =>
    [span(labelOf(shown[at]).padEnd(labelWidth).slice(0, labelWidth), 'dim')].concat(
      signsOf(row, columns, glyphs.line),
    ),
  );
  return { lines, count: lives.length };
};

const livesOf = ({ master, cluster, slot }: Drawn, begin: number): readonly Life[] =>
  master.lives.filter(
    (life) =>
      life.cluster === cluster &&
      life.worker.slot === (slot ?? life.worker.slot) &&
      (life.exit === undefined || life.exit.time >= begin),
  );

const lastOf = ({ events }: Life): number => events.at(-1)?.time ?? 0;

const latest = (lives: readonly Life[], selected: number | undefined, room: number): readonly Life[] => {
  const isSelected = ({ worker }: Life) => Number(worker.slot === selected);
  return lives
    .toSorted((one, other) => isSelected(other) - isSelected(one) || lastOf(other) - lastOf(one))
    .slice(0, Math.max(0, room))
    .toSorted((one, other) => one.worker.slot - other.worker.slot || one.worker.id - other.worker.id);
};

const labelOf = (life: Life | undefined): string =>
  life === undefined ? '' : ` slot ${life.worker.slot} #${life.worker.id}`;

/** The row from the first column on; what is left of it is cut. */
const signsOf = ({ marks, from, to }: PictureRow, columns: number, line: string): readonly Span[] => {
  const signs = new Map(marks.map(({ at, sign }) => [at, sign]));
  return Array.from({ length: columns }, (_, at) => {
    const sign = signs.get(at);
    if (sign !== undefined) return span(sign, styles[sign] ?? 'bold');
    return at >= from && at <= to ? span(line, 'dim') : span(' ');
  });
};

const styles: Readonly<Record<string, Style>> = {
  x: 'red bold',
  k: 'red bold',
  a: 'green bold',
  r: 'green',
  t: 'yellow',
  g: 'yellow',
};

export const marbleLegend = 'f fork o online r ready a available t leaves | left x crash k kill';
