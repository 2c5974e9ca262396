import { exitText } from '../vocabulary/errors.js';
import type { ClusterEvent } from '../features/index.js';
import type { CoreEvent, EventDescription, EventLevel, EventOf, Exit } from '../vocabulary/events.js';
import { describeFeatureEvent } from '../features/fold.js';
import { harmless, nameOf as name, placeOf } from '../vocabulary/wording.js';

type Described = Exclude<CoreEvent['type'], 'message'>;
type Descriptions = {
  readonly [T in Described]: (event: EventOf<CoreEvent, T> & { readonly type: T }) => EventDescription;
};

/**
 * An event as a level and a sentence, as in the master's own log; `undefined` for `message`, which is not logged.
 * Text of a worker in the sentence, such as that of its error, can have several lines. Control characters are removed from it.
 *
 * @example
 * events$.pipe(map(describeEvent)).subscribe((line) => line && console.log(...line));
 */
export const describeEvent = (event: ClusterEvent): EventDescription | undefined => {
  const described = describeUncleaned(event);
  if (described === undefined) return undefined;
  const [level, sentence] = described;
  return [level, harmless(sentence)];
};

/** The same with what control characters the text of a worker has, for who may not need the sentence. */
export const describeUncleaned = (event: ClusterEvent): EventDescription | undefined => {
  if (event.type === 'message') return undefined;
  return isDescribed(event) ? describeCoreEvent(event) : describeFeatureEvent(event);
};

type DescribedEvent = Extract<CoreEvent, { readonly type: Described }>;

const isDescribed = (event: ClusterEvent): event is DescribedEvent => Object.hasOwn(descriptions, event.type);

const describeCoreEvent = (event: DescribedEvent): EventDescription => {
  // Each description takes the event of its own key; the compiler does not follow that through an index.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const describe = descriptions[event.type] as (event: CoreEvent) => EventDescription;
  return describe(event);
};

const plural = (workers: number): string => (workers === 1 ? '1 worker' : `${workers} workers`);
const seconds = (ms: number): string => (ms < 1_000 ? `${ms} ms` : `${Number((ms / 1_000).toFixed(1))} s`);
const delayText = (delay: number | undefined): string => (delay === undefined ? 'never' : `in ${seconds(delay)}`);
const list = (slots: readonly number[]): string => (slots.length === 0 ? 'none' : slots.join(', '));

const begins = (roll: number, slots: readonly number[], slot: number | undefined): string => {
  if (slots.length === 0) return `restart ${roll} has nothing to replace`;
  return slot === undefined ? `restart ${roll} begins with slot ${slots[0]}` : `restart ${roll} replaces slot ${slot}`;
};

const levelOf = ({ requested, reason, signal }: Exit): EventLevel => {
  if (requested) return signal === null ? 'info' : 'warn';
  return reason === 'left' ? 'warn' : 'error';
};

/** Removes the cause of a failed spawn: it was logged by the `error` event before the exit. */
const withoutLoggedCause = ({ cause, ...exit }: Exit): Exit =>
  cause === undefined || exit.reason === 'spawn' ? exit : { ...exit, cause };

/** Further workers are only counted, to keep the line short. */
const maxNamedWorkers = 8;

const listWorkers = (workers: EventOf<ClusterEvent, 'waiting'>['workers']): string => {
  const named = workers.slice(0, maxNamedWorkers).map(({ worker, remaining }) => {
    const until = remaining === undefined ? 'is not limited in time' : `is killed in ${seconds(remaining)}`;
    return `${name(worker)}, which ${until}`;
  });
  const unnamed = workers.length - named.length;
  return `${named.join('; ')}${unnamed > 0 ? `; and ${unnamed} more` : ''}`;
};

const spentBy = ({ spent, limit, start }: EventOf<ClusterEvent, 'backoff' | 'degraded'>): string => {
  if (start !== undefined) return `failed starts: ${start.failed} of ${start.limit}`;
  return `early exits: ${spent}${limit === undefined ? '' : ` of ${limit}`}`;
};

const descriptions: Descriptions = {
  fork: ({ worker, why }) => ['debug', `${name(worker)} forked (${why})`],
  online: ({ worker }) => ['debug', `${name(worker)} is online`],
  listening: ({ worker, address }) => ['debug', `${name(worker)} listens on ${placeOf(address)}`],
  ready: ({ worker, why, lacks }) => [lacks === undefined ? 'info' : 'warn', `${name(worker)} is ready: ${why}`],
  available: ({ worker }) => ['debug', `${name(worker)} is available`],
  stable: ({ worker }) => ['debug', `${name(worker)} is stable`],
  overdue: ({ worker, after }) => ['warn', `${name(worker)} is not ready after ${seconds(after)}`],
  'replace-request': ({ worker, why }) => ['info', `${name(worker)} asks to be replaced: ${why}`],
  leaving: ({ worker, why }) => ['warn', `${name(worker)} leaves on its own: ${why}`],
  retire: ({ worker, why }) => ['debug', `${name(worker)} is asked to leave: ${why}`],
  cut: ({ worker, connections, why }) => [
    'warn',
    `${name(worker)} has closed ${connections === 1 ? '1 connection' : `${connections} connections`}: ${why}`,
  ],
  hooks: ({ worker, names }) => ['debug', `${name(worker)} has answered everything and calls ${names.join(', ')}`],
  kill: ({ worker, signal, why, remaining }) => [
    'warn',
    `${name(worker)} gets ${signal}: ${why}${remaining === undefined ? '' : `; SIGKILL follows in ${seconds(remaining)}`}`,
  ],
  disconnect: ({ worker }) => ['debug', `${name(worker)} has disconnected`],
  exit: ({ worker, ...exit }) => [
    levelOf(exit),
    `${name(worker)} ${exit.code === 0 && exit.reason !== 'crash' ? 'has left' : exitText(withoutLoggedCause(exit))}`,
  ],
  error: ({ error, worker }) => ['error', `${worker === undefined ? '' : `${name(worker)}: `}${error.message}`],
  started: ({ workers, after }) => [
    'info',
    `${plural(workers)} ${workers === 1 ? 'is' : 'are'} ready after ${seconds(after)}`,
  ],
  // The exit has been logged by its own event.
  departure: ({ slot, worker, why }) => ['debug', `slot ${slot} has lost ${name(worker)}, which ${why}`],
  backoff: (event) => [
    'warn',
    event.delay === 0 && !event.charged && !event.start && event.why === undefined
      ? `slot ${event.slot} gets a new worker at once`
      : `slot ${event.slot} gets a new worker ${delayText(event.delay)} (${event.why ?? spentBy(event)})`,
  ],
  degraded: ({ slot, delay, why }) => [
    'error',
    `${why ?? `slot ${slot} has used up what it may`}, it is tried again ${delayText(delay)}`,
  ],
  'give-up': ({ reason }) => ['error', `${reason}: giving up`],
  scale: ({ from, to, why }) => [
    'info',
    from === to ? `still ${plural(to)}: ${why}` : `from ${from} to ${plural(to)}: ${why}`,
  ],
  vacant: ({ slot, why, error }) => [
    error === undefined ? 'warn' : 'error',
    `slot ${slot} stays empty until the next restart or scaling: ${why}`,
  ],
  restart: ({ why, slot }) => ['info', `restart${slot === undefined ? '' : ` of slot ${slot}`} asked for by ${why}`],
  'restart-begin': ({ roll, slots, slot }) => ['info', begins(roll, slots, slot)],
  'replace-begin': ({ slot, overlap, empty }) => [
    'debug',
    empty === true
      ? `slot ${slot} is empty and gets a new worker`
      : `slot ${slot} gets a new worker ${overlap ? 'beside' : 'after'} the old one`,
  ],
  'replace-end': ({ slot, worker }) => ['info', `slot ${slot} is served by ${name(worker)} now`],
  'replace-abort': ({ slot, worker, why, exit }) => [
    'error',
    // The exit was logged by its own event.
    `slot ${slot} is not replaced: ${worker ? `${name(worker)}: ` : ''}${exit ? 'it was not available before it left' : why}`,
  ],
  'restart-end': ({ roll, result: { outcome, cause } }) => [
    'info',
    `restart ${roll} ${outcome}${cause ? `: ${cause.why}` : ''}`,
  ],
  'restart-abort': ({ roll, result: { replaced, kept } }) => [
    'error',
    `restart ${roll} aborted; slots replaced: ${list(replaced)}, kept: ${list(kept)}`,
  ],
  mixed: ({ slots }) => [
    'warn',
    `generations by slot: ${slots.map(({ slot, generation }) => `${slot}→${generation === 0 ? 'none' : generation}`).join(' ')}; a respawn loads the files that are on disk now`,
  ],
  signal: ({ signal, action }) => [
    'debug',
    action === 'reopen' ? `the log files are opened again: ${signal}` : `${signal}: ${action}`,
  ],
  reopen: ({ why }) => ['info', `the log files are opened again: ${why}`],
  'log-dropped': ({ lines, total, why }) => [
    'error',
    `the log has dropped ${lines === 1 ? '1 line' : `${lines} lines`}, ${total} in all: ${why}`,
  ],
  shutdown: ({ force, why }) => ['info', `${force ? 'forced shutdown' : 'shutdown'}: ${why}`],
  waiting: ({ workers }) => [
    'info',
    `waiting for ${workers.length === 1 ? '' : `${workers.length} workers: `}${listWorkers(workers)}`,
  ],
  end: ({ after }) => ['info', `the last worker has left; ran for ${seconds(after)}`],
};
