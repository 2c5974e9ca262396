import { map, type OperatorFunction, pipe, scan, startWith } from 'rxjs';
import type { ClusterEvent } from '../index.js';

/** What the service manager is told about one cluster. */
export interface ServiceState {
  readonly phase: 'starting' | 'running' | 'reloading' | 'stopping';
  /** A sentence for `systemctl status`. */
  readonly sentence: string;
  /** How often something has begun that may take a while, such as the boot of a worker: each time the service manager is asked to wait longer. */
  readonly progress: number;
  /** How long that may take, in ms. */
  readonly patience: number;
}

interface Memory extends Omit<ServiceState, 'sentence'> {
  /** The slots of the workers that are ready. */
  readonly ready: ReadonlyMap<number, number>;
  /** `undefined` until the cluster has started. */
  readonly size: number | undefined;
  readonly roll: { readonly number: number; readonly slots: number; readonly replaced: number } | undefined;
  /** What went wrong last and is not put right yet. */
  readonly trouble: string | undefined;
  /** It was asked to stop by a signal or by the application, and not by a supervisor that starts it again. */
  readonly signalled: boolean;
  readonly stopping: string | undefined;
  readonly processes: number;
}

/** Times of the cluster's options in ms. */
export interface ServiceTimes {
  readonly readyTimeout: number;
}

/** A boot for which the options have no limit, in ms. */
const maxPatience = 600_000;

/**
 * The state of a cluster as the service manager sees it, from the events of the cluster.
 *
 * ```
 * source        f-r-s-----R----E----X--x|     s: started, R and E: a restart begins and ends, X: shutdown
 * serviceState  i-i-r-----l----r----t--t|     i: starting, r: running, l: reloading, t: stopping
 * ```
 */
export const serviceState = (times: ServiceTimes): OperatorFunction<ClusterEvent, ServiceState> =>
  pipe(
    scan((memory: Memory, event) => fold(memory, event, times), initial),
    startWith(initial),
    map((memory) => ({
      phase: memory.phase,
      sentence: sentenceOf(memory),
      progress: memory.progress,
      patience: memory.patience,
    })),
  );

const initial: Memory = {
  phase: 'starting',
  progress: 0,
  patience: 0,
  ready: new Map(),
  size: undefined,
  roll: undefined,
  trouble: undefined,
  signalled: false,
  stopping: undefined,
  processes: 0,
};

const fold = (memory: Memory, event: ClusterEvent, times: ServiceTimes): Memory => {
  switch (event.type) {
    case 'fork':
      return { ...progressed(memory, times.readyTimeout), processes: memory.processes + 1 };
    case 'backoff':
      return progressed(memory, times.readyTimeout + (event.delay ?? 0));
    case 'ready': {
      const ready = new Map(memory.ready).set(event.worker.id, event.worker.slot);
      return { ...memory, ready, trouble: readySlots(ready) === memory.size ? undefined : memory.trouble };
    }
    case 'retire':
    case 'leaving':
    case 'kill':
    case 'disconnect':
      return left(memory, event.worker.id);
    case 'exit':
      return { ...left(memory, event.worker.id), processes: memory.processes - 1 };
    case 'started':
      return { ...memory, phase: 'running', size: memory.size ?? event.workers };
    case 'scale':
      return { ...memory, size: event.to };
    case 'degraded':
      return { ...memory, trouble: `slot ${event.slot} keeps failing` };
    case 'vacant':
      return { ...memory, trouble: `slot ${event.slot} stays empty` };
    case 'give-up':
      return { ...memory, trouble: `gave up: ${event.reason}` };
    case 'restart-begin':
      return begun(memory, event.roll, event.slots.length, event.slot);
    case 'replace-end':
      return memory.roll?.number === event.roll
        ? { ...memory, roll: { ...memory.roll, replaced: memory.roll.replaced + 1 } }
        : memory;
    case 'replace-abort':
      return { ...memory, trouble: `restart ${event.roll} aborted: ${event.why}` };
    case 'restart-abort':
    case 'restart-end':
      return { ...memory, phase: memory.phase === 'reloading' ? 'running' : memory.phase, roll: undefined };
    case 'signal':
      return { ...memory, signalled: event.action === 'shutdown' || event.action === 'force' };
    case 'shutdown':
      return stopped(memory, event.why);
    default:
      return memory;
  }
};

const progressed = (memory: Memory, patience: number): Memory => ({
  ...memory,
  progress: memory.progress + 1,
  patience: Math.min(patience, maxPatience),
});

const left = (memory: Memory, worker: number): Memory => {
  if (!memory.ready.has(worker)) return memory;
  const ready = new Map(memory.ready);
  ready.delete(worker);
  return { ...memory, ready };
};

/** The restart of one slot is no reload: nobody has asked the service manager for it. */
const begun = (memory: Memory, number: number, slots: number, slot: number | undefined): Memory => ({
  ...memory,
  phase: slot === undefined && memory.phase === 'running' ? 'reloading' : memory.phase,
  roll: slot === undefined && slots > 0 ? { number, slots, replaced: 0 } : undefined,
  ...(slot === undefined && { trouble: undefined }),
});

const byApplication: ReadonlySet<string> = new Set(['shutdown()', 'forceShutdown()', 'shutdown$']);

/** A supervisor shuts a cluster down to start it again, and then the service does not stop. */
const stopped = (memory: Memory, why: string): Memory => ({
  ...memory,
  stopping: why,
  roll: undefined,
  phase: memory.signalled || byApplication.has(why) ? 'stopping' : memory.phase,
});

const readySlots = (ready: ReadonlyMap<number, number>): number => new Set(ready.values()).size;

const workers = (count: number): string => (count === 1 ? '1 worker' : `${count} workers`);

const sentenceOf = ({ size, ready, roll, trouble, stopping, processes }: Memory): string => {
  const count = readySlots(ready);
  const more = trouble === undefined ? '' : `; ${trouble}`;
  if (stopping !== undefined) return `shutting down (${stopping}): ${workers(processes)} left${more}`;
  if (size === undefined) return `starting: ${workers(count)} ready${more}`;
  if (roll !== undefined) return `restart ${roll.number}: ${roll.replaced} of ${workers(roll.slots)} replaced${more}`;
  return `${count === size ? workers(size) : `${count} of ${workers(size)}`} ready${more}`;
};
