import { defer, from as observe, type Observable } from 'rxjs';
import { type ClusterEvent, ConfigError } from '../index.js';
import type { LostEvents } from './format.js';
import { pace } from './pace.js';
import { readEntries } from './readEntries.js';
import type { RecordingError } from './recordingError.js';

/** A moment: ms since the epoch, or a `Date`. */
export type Moment = number | Date;

export interface ReplayOptions {
  /** Only events from this moment on. */
  readonly from?: Moment | undefined;
  /** Only events up to this moment, which is included. */
  readonly to?: Moment | undefined;
  /** 1: with the times between the events as they were, 10: ten times faster. Default: `Infinity`, all at once. */
  readonly speed?: number | undefined;
  /** Called for each line that cannot be read, which is then left out. Default: the stream errors with the first one. */
  readonly onDamage?: ((error: RecordingError) => void) | undefined;
  /** Called where events are missing, because they could not be recorded. Default: nothing is done. */
  readonly onLost?: ((lost: LostEvents) => void) | undefined;
}

/**
 * Emits the events of a recording: a stream of the same shape as `events$`, from the older file and the current one.
 *
 * All at once they are emitted synchronously, as by `from`. With `speed` they are paced by the timers of RxJS, so in a TestScheduler they take virtual time. The file is read as far as events are emitted, in bounded memory. Completes with the last event.
 * Errors with `RecordingError` at the first line that cannot be read, when all events before it have been emitted. Throws `ConfigError` for a wrong option.
 *
 * @example
 * replay('web.jsonl', { speed: 10 }).pipe(filter(is('exit'))).subscribe(({ worker }) => console.log(worker.slot));
 */
export const replay = (path: string | URL, options: ReplayOptions = {}): Observable<ClusterEvent> => {
  const { speed = Infinity } = options;
  if (!(typeof speed === 'number' && speed > 0))
    throw new ConfigError('speed', `expected a number above 0, got ${String(speed)}`);
  const selection = { first: momentOf('from', options.from, -Infinity), last: momentOf('to', options.to, Infinity) };
  const open = () => events(path, selection, options);
  return speed === Infinity ? defer(() => observe(open())) : pace(open, speed);
};

const momentOf = (name: string, moment: Moment | undefined, otherwise: number): number => {
  const time = moment === undefined ? otherwise : Number(moment);
  if (Number.isNaN(time)) throw new ConfigError(name, 'expected ms since the epoch or a Date, got an invalid one');
  return time;
};

function* events(
  path: string | URL,
  { first, last }: { readonly first: number; readonly last: number },
  { onDamage, onLost }: ReplayOptions,
): Generator<ClusterEvent, void, undefined> {
  for (const entry of readEntries(path)) {
    if ('damage' in entry) {
      if (onDamage === undefined) throw entry.damage;
      onDamage(entry.damage);
    } else if ('missing' in entry) onLost?.(entry.missing);
    else if ('event' in entry && entry.event.time >= first && entry.event.time <= last) yield entry.event;
  }
}
