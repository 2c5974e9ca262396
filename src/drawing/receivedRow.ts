import { from } from 'rxjs';
import type { ClusterEvent } from '../features/index.js';
import { hasType } from '../operators/events/hasType.js';
import { createCmd } from '../operators/messages/cmd.js';
import { createRoute } from '../operators/messages/route.js';
import type { Mark } from './picture.js';

/** Something that the master receives from a worker, or a worker under a topic, in a row of its own. */
export interface Received {
  readonly row: string;
  readonly time: number;
  readonly slot: number;
}

/** The marks of a row: the slot of the worker, `+` for several in one column. */
export const receivedRow = (
  name: string,
  received: readonly Received[],
  columnOf: (time: number) => number,
): readonly Mark[] => {
  const signs = new Map<number, string>();
  for (const { row, time, slot } of received) {
    if (row !== name) continue;
    const at = columnOf(time);
    signs.set(at, signs.has(at) ? '+' : String(slot));
  }
  return Array.from(signs, ([at, sign]) => ({ at, sign }));
};

/** What the rows `messages$`, `cmd m`, `route m` and `unrouted` receive, by the operators that users have. */
export const receivedMessages = (events: readonly ClusterEvent[], rows: readonly string[]): readonly Received[] => {
  const messages = events.filter(hasType('message'));
  const received: Received[] = [];
  const receive = (row: string) => (event: (typeof messages)[number]) => {
    received.push({ row, time: event.time, slot: event.worker.slot });
  };
  messages.forEach(receive('messages$'));
  for (const row of rows.filter(isCmd)) messages.filter(createCmd(() => {})(wordOf(row))).forEach(receive(row));
  const handlers = Object.fromEntries(rows.filter(isRoute).map((row) => [wordOf(row), receive(row)]));
  const route = createRoute<(typeof messages)[number]>(() => {});
  from(messages).pipe(route<Record<string, object>>(handlers)).subscribe(receive('unrouted'));
  return received;
};

const isCmd = (row: string): boolean => row.startsWith('cmd ');
const isRoute = (row: string): boolean => row.startsWith('route ');
const wordOf = (row: string): string => row.slice(row.indexOf(' ') + 1);
