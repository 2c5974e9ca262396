import type { ClusterEvent } from '../features/index.js';
import { describeEvent } from '../log/describeEvent.js';
import { hasType } from '../operators/events/hasType.js';
import { createCmd } from '../operators/messages/cmd.js';
import type { WorkerRef } from '../vocabulary/events.js';
import { signOf } from './alphabet.js';
import type { Decision, Mark, Picture, Row } from './picture.js';
import { type Received, receivedMessages, receivedRow } from './receivedRow.js';
import { kindOf } from './rowKind.js';

/** What is drawn. */
export interface Drawn {
  readonly events: readonly ClusterEvent[];
  /** What came from outside: its row, and the ms at which it came. */
  readonly inputs?: readonly { readonly name: string; readonly times: readonly number[] }[];
  /** The names of the rows of what is received: `messages$`, `cmd m`, `route m`, `unrouted`, and those of `received`. */
  readonly outputs?: readonly string[];
  /** What is received and is no event: replies to requests, values of observed streams, what is published under a topic. */
  readonly received?: readonly Received[];
  /** Whether rows and decisions begin with the name of their cluster. Default: false. */
  readonly named?: boolean;
  /** How it ended, if it has: `complete`, or an error. */
  readonly ending?: string | undefined;
  /** The `time` of the first column, in ms. A worker that was forked before it is drawn from the first column on. */
  readonly begin?: number;
  /** ms of a column. */
  readonly column: number;
  /** How many columns there are. */
  readonly width: number;
}

/** Types that a worker's row shows. */
export const inRows: ReadonlySet<ClusterEvent['type']> = new Set([
  'fork',
  'online',
  'ready',
  'available',
  'leaving',
  'retire',
  'kill',
  'message',
  'exit',
]);

/** Events as a picture: a row for each input and for each worker, and the sentences of all other events. */
export const pictureOf = ({
  events,
  inputs = [],
  outputs = [],
  received = [],
  named = false,
  ending,
  begin = 0,
  column,
  width,
}: Drawn): Picture => {
  const of = (cluster: string) => (named ? `${cluster}: ` : '');
  const columnOf = (time: number) => Math.floor((time - begin) / column);
  const lives = livesOf(events, of).map((life) => workerRow(life, columnOf, width - 1));
  const decisions = events.flatMap((event) => decision(event, columnOf(event.time), of(event.cluster)));
  const messages = outputs.length === 0 ? [] : receivedMessages(events, outputs);
  return {
    column,
    width,
    rows: [
      ...inputs.map(({ name, times }) =>
        row(
          kindOf(name),
          name,
          times.map((time) => ({ at: columnOf(time), sign: '!' })),
        ),
      ),
      ...lives.filter(({ to }) => to >= 0),
      ...outputs.map((name) => row('output', name, receivedRow(name, [...messages, ...received], columnOf))),
    ],
    decisions: ending === undefined ? decisions : [...decisions, { sentence: ending }],
  };
};

/** A row that is drawn from the first column to its last mark. */
const row = (kind: Row['kind'], name: string, marks: readonly Mark[]): Row => ({
  kind,
  name,
  marks,
  from: 0,
  to: marks.at(-1)?.at ?? -1,
});

/** The name of a worker's row. */
export const rowName = ({ id, slot }: Pick<WorkerRef, 'id' | 'slot'>): string => `worker ${id}, slot ${slot}`;

interface Life {
  readonly name: string;
  readonly events: ClusterEvent[];
}

/** The events of each worker in a slot, and the name of its row, which begins with the name of the cluster where `of` has it. A name can come again: a master that was started again counts from 1. */
const livesOf = (events: readonly ClusterEvent[], of: (cluster: string) => string): readonly Life[] => {
  const lives: Life[] = [];
  const current = new Map<string, Life>();
  for (const event of events) {
    if (!inRows.has(event.type) || !('worker' in event) || event.worker === undefined || event.worker.slot === 0)
      continue;
    const name = `${of(event.cluster)}${rowName(event.worker)}`;
    const known = event.type === 'fork' ? undefined : current.get(name);
    const life = known ?? { name, events: [] };
    life.events.push(event);
    if (known !== undefined) continue;
    current.set(name, life);
    lives.push(life);
  }
  return lives;
};

/** Of several signs in one column the last is shown, but for the exit of a worker that is killed there: that the row ends shows it. */
const workerRow = ({ name, events }: Life, columnOf: (time: number) => number, last: number): Row => {
  const asked = events.find(hasType('retire'))?.time;
  const shown = new Map<number, string>();
  for (const event of events) {
    const sign = signInRow(event);
    const at = columnOf(event.time);
    // SIGTERM that comes together with the request to leave says nothing more.
    if (sign === 'q' && asked !== undefined && columnOf(asked) === at) continue;
    if (event.type !== 'exit' || shown.get(at) !== 'k') shown.set(at, sign);
  }
  const signs = Array.from(shown, ([at, sign]) => ({ at, sign }));
  const before = signs.findLast(({ at }) => at < 0)?.sign;
  const marks = signs.filter(({ at }) => at >= 0);
  const begins = events.some(hasType('fork')) ? (marks[0]?.at ?? 0) : 0;
  return {
    kind: 'worker',
    name,
    marks,
    from: before === undefined ? begins : 0,
    to: events.some(hasType('exit')) ? (signs.at(-1)?.at ?? 0) : last,
    ...(before !== undefined && { before }),
  };
};

const signInRow = (event: ClusterEvent): string => (event.type === 'message' && isTriple(event) ? 'M' : signOf(event));

const isTriple = createCmd(() => {})('M');

/** The sentence of an event that no worker's row shows. */
const decision = (event: ClusterEvent, at: number, cluster: string): readonly Decision[] => {
  if (!hasSentence(event) || at < 0) return [];
  const [, sentence = ''] = describeEvent(event) ?? [];
  return [{ at, sentence: `${cluster}${sentence}` }];
};

/** Whether a sentence says what has happened: where no row shows it, or a row has no sign for all of it. */
export const hasSentence = (event: ClusterEvent): boolean => {
  if (event.type === 'ready') return event.lacks !== undefined;
  // Other signals lead to an event that has a sentence.
  if (event.type === 'signal') return event.action === 'reopen';
  return !inRows.has(event.type) && !withoutSentence.has(event.type);
};

/** Types that no picture shows. */
const withoutSentence: ReadonlySet<string> = new Set(['departure', 'listening', 'disconnect', 'stable', 'stats']);
