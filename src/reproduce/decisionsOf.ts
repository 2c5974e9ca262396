import type { ClusterEvent, Exit } from '../index.js';

/** The decisions of a master, in their order: those about the cluster, and those about each slot, by `cluster` and `slot 1`. */
export type Decisions = Readonly<Record<string, readonly string[]>>;

/**
 * The decisions in events, without their times, worker ids and pids. Those about different slots have an order of their own each, because a real master's timers are a few ms late, and so
 * what two slots decide at almost the same time has no order that means anything. That a worker is ready, available or stable is left out as well: what is decided by it is there.
 *
 * @example
 * assert.deepEqual(decisionsOf(events)['slot 1'], ['fork (start)', 'left early: code 1', 'respawn in 100 ms, 1 of 100 spent']);
 */
export const decisionsOf = (events: readonly ClusterEvent[]): Decisions => {
  const tracks = new Map<string, string[]>();
  for (const event of events) {
    const decision = decisionOf(event);
    if (decision === undefined) continue;
    const name = trackOf(event);
    const track = tracks.get(name);
    if (track === undefined) tracks.set(name, [decision]);
    else track.push(decision);
  }
  return Object.fromEntries(
    [...tracks].toSorted(([one], [other]) => one.localeCompare(other, 'en', { numeric: true })),
  );
};

const trackOf = (event: ClusterEvent): string => {
  // A restart of one slot is asked for before the slot does anything.
  if (event.type === 'restart' || event.type === 'restart-begin') return 'cluster';
  const slot = 'slot' in event ? event.slot : 'worker' in event ? event.worker?.slot : undefined;
  if (slot === undefined) return 'cluster';
  return slot === 0 ? 'standby' : `slot ${slot}`;
};

const decisionOf = (event: ClusterEvent): string | undefined => {
  switch (event.type) {
    case 'fork':
      return `fork (${event.why})`;
    case 'standby-end':
      return event.delay === undefined ? event.type : `standby-end, next in ${event.delay} ms`;
    case 'kill':
      // Whether a worker has drained decides on SIGTERM, and is no event.
      return event.signal === 'SIGTERM' ? undefined : `kill (${event.signal})`;
    case 'hung':
      return `hung (${event.why})`;
    case 'recycle':
      return `recycle (${event.why})`;
    case 'pause-refused':
      return `${event.asked} refused`;
    case 'departure':
      return `left${event.early ? ' early' : ''}: ${exitOf(event.exit)}`;
    case 'backoff':
      return `respawn ${when(event.delay)}${spent(event)}`;
    case 'degraded':
      return `respawn degraded, ${when(event.delay)}${spent(event)}`;
    case 'give-up':
      return `give up${spent(event)}`;
    case 'vacant':
      return `vacant: ${event.why}`;
    case 'scale':
      return event.from === event.to ? undefined : `scale from ${event.from} to ${event.to}`;
    case 'started':
      return `started with ${workers(event.workers)}`;
    case 'restart':
      return event.slot === undefined ? 'restart requested' : `restart of slot ${event.slot} requested`;
    case 'restart-begin':
      return `restart ${event.roll} begins: ${slots(event.slots)}`;
    case 'replace-begin':
      if (event.empty === true) return 'a new worker for the empty slot';
      return `replace ${event.overlap ? 'beside the old worker' : 'after the old worker'}`;
    case 'replace-end':
      return 'replaced';
    case 'replace-abort':
      return 'not replaced';
    case 'restart-end':
    case 'restart-abort':
      return `restart ${event.roll} ${event.result.outcome}: replaced ${slots(event.result.replaced)}, kept ${slots(event.result.kept)}`;
    case 'shutdown':
      return event.force ? 'forced shutdown' : 'shutdown';
    case 'end':
      return 'end';
    default:
      return plain.has(event.type) ? event.type : undefined;
  }
};

/** Decisions that their type says whole. Those of features only by their names: each can be removed. */
const plain: ReadonlySet<string> = new Set<string>([
  'retire',
  'takeover',
  'leader-begin',
  'leader-end',
  'pause',
  'resume',
]);

const exitOf = (exit: Exit | undefined): string => {
  if (exit === undefined) return 'it leaves';
  if (exit.reason === 'spawn') return 'not started';
  return exit.signal ?? `code ${exit.code}`;
};

const when = (delay: number | undefined): string => {
  if (delay === undefined) return 'never';
  return delay === 0 ? 'at once' : `in ${delay} ms`;
};

interface Budget {
  readonly spent: number;
  readonly limit?: number;
  readonly start?: { readonly failed: number; readonly limit: number };
}

const spent = ({ spent: count, limit, start }: Budget): string =>
  start === undefined
    ? `, ${count}${limit === undefined ? '' : ` of ${limit}`} spent`
    : `, start ${start.failed} of ${start.limit} failed`;

const workers = (count: number): string => `${count} ${count === 1 ? 'worker' : 'workers'}`;

const slots = (numbers: readonly number[]): string =>
  numbers.length === 0
    ? 'none'
    : `${numbers.length === 1 ? 'slot' : 'slots'} ${numbers.toSorted((one, other) => one - other).join(', ')}`;
