import type { EventLine } from '../../../client.js';
import type { EventLevel } from '../../../index.js';
import { letters } from '../../../drawing.js';
import { append } from './append.js';

/** An event as a marble. */
export interface Mark {
  readonly id: number;
  readonly time: number;
  readonly cluster: string;
  /** Left out for what concerns the whole cluster. */
  readonly slot?: number;
  readonly worker?: number;
  readonly sign: string;
  readonly type: string;
  readonly level: EventLevel;
  readonly text: string;
}

const maxMarks = 3_000;

/** Types that say nothing more than another event of the same moment. */
const withoutMark: ReadonlySet<string> = new Set([
  'listening',
  'disconnect',
  'departure',
  'signal',
  'stable',
  'waiting',
]);

/** The marks with those of further events. */
export const foldMarks = (marks: readonly Mark[], lines: readonly EventLine[]): readonly Mark[] =>
  append(marks, lines.filter(({ event }) => !withoutMark.has(event.type)).map(markOf), maxMarks);

const markOf = ({ id, level, text, event }: EventLine): Mark => {
  const { slot, worker } = placeOf(event);
  return {
    id,
    time: event.time,
    cluster: event.cluster,
    ...(slot !== undefined && { slot }),
    ...(worker !== undefined && { worker }),
    sign: signOf(event),
    type: event.type,
    level,
    text,
  };
};

const placeOf = (event: EventLine['event']): { readonly slot?: number; readonly worker?: number } => {
  if ('worker' in event && event.worker !== undefined) return { slot: event.worker.slot, worker: event.worker.id };
  // A restart of one slot is a decision about the cluster.
  return 'slot' in event && event.slot !== undefined && event.type !== 'restart' && event.type !== 'restart-begin'
    ? { slot: event.slot }
    : {};
};

/** The sign of an event, as in all diagrams of this package: its letter, or one of two signs for more detail. */
const signOf = (event: EventLine['event']): string => {
  if (event.type === 'exit' && event.requested) return '|';
  if (event.type === 'kill' && event.signal === 'SIGTERM') return 'q';
  return letters[event.type] ?? '?';
};
