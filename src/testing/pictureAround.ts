import type { Picture, Row } from '../drawing/picture.js';
import { pictureOf } from '../drawing/pictureOf.js';
import type { ClusterEvent } from '../features/index.js';
import { columnFor } from './columns.js';
import { rowsOf, type Simulation } from './simulation.js';

/** A part of a simulation as a picture, and when it begins. */
interface Part {
  readonly begin: number;
  readonly picture: Picture;
}

const eventsBefore = 5;
const eventsAfter = 5;
const leastMs = 20;
const maxColumns = 60;

/** What happened around a time, or before it since another: as long before and after it as it takes for some events, and the workers that there were. */
export const pictureAround = ({ events, inputs, endedAt }: Simulation, at: number, since = at): Part => {
  const next = events.findIndex(({ time }) => time > at);
  const after = next < 0 ? endedAt : (events[next + eventsAfter - 1]?.time ?? endedAt);
  const before = events.filter(({ time }) => time < at).at(-eventsBefore)?.time ?? 0;
  const around = Math.max(leastMs, Math.min(...[after - at, at - before].filter((ms) => ms > 0)));
  const begin = Math.max(0, Math.min(since, at - around));
  const end = Math.min(endedAt, at + around);
  const column = columnFor(end - begin, maxColumns);
  const width = Math.floor((end - begin) / column) + 1;
  const shown = between(events, begin, end);
  const picture = pictureOf({ events: shown, inputs: rowsOf(inputs), begin, column, width });
  return { begin, picture: cut(picture) };
};

/** Events between two times, and all earlier ones of workers that had not exited then. */
const between = (events: readonly ClusterEvent[], begin: number, end: number): readonly ClusterEvent[] => {
  const gone = new Set<number>();
  for (const event of events) if (event.type === 'exit' && event.time < begin) gone.add(event.worker.id);
  return events.filter((event) => {
    if (event.time > end) return false;
    return event.time >= begin || ('worker' in event && event.worker !== undefined && !gone.has(event.worker.id));
  });
};

/** Without what is left or right of the columns. */
const cut = ({ rows, decisions, ...picture }: Picture): Picture => {
  const isShown = ({ at = 0 }: { readonly at?: number }) => at >= 0 && at < picture.width;
  const cutRow = (row: Row): Row => ({ ...row, from: Math.max(0, row.from), marks: row.marks.filter(isShown) });
  return {
    ...picture,
    rows: rows.filter(({ from, to }) => to >= 0 && from < picture.width).map(cutRow),
    decisions: decisions.filter(isShown),
  };
};
