import { ignoreElements, merge, mergeMap, type Observable, Subject, tap, timer } from 'rxjs';
import { autoscaleOn } from '../../../src/operators/scaling/autoscale.js';
import type { AutoscaleOptions, Machine } from '../../../src/operators/scaling/autoscaleOptions.js';
import type { WorkerSample } from '../../../src/operators/scaling/knownWorkers.js';
import type { SizeDecision } from '../../../src/vocabulary/sizeDecision.js';

export const megabyte = 1_000_000;

interface Sampled {
  readonly utilization?: number;
  readonly delay?: number;
  readonly inFlight?: number;
  readonly rss?: number;
  readonly age?: number;
  readonly cluster?: string;
  readonly slot?: number;
  readonly uptime?: number;
}

/** A sample of a worker that is neither busy nor idle. */
export const sample = (id: number, changes: Sampled = {}): WorkerSample => {
  const { utilization = 0.5, delay = 11, inFlight = 1, rss = 100 * megabyte, age = 100, uptime = 60_000 } = changes;
  return {
    worker: { id, slot: changes.slot ?? id, cluster: changes.cluster ?? 'web' },
    uptime,
    usage: { rss },
    report: { eventLoop: { utilization, delay: { p99: delay } }, requests: { inFlight } },
    age,
  };
};

/** A machine on which nothing but the options limits the size. */
export const large: Machine = { parallelism: 64, memory: 1_000_000 * megabyte };

export const autoscale = autoscaleOn(() => large);

/** What happens in a second of the service, and to which of its workers. */
export interface Service {
  /** How many workers would be busy all the time in this second. */
  readonly load: (second: number) => number;
  /** What is added to the utilisation of a worker. */
  readonly noise?: (second: number, slot: number) => number;
  /** How long a worker boots, busy all the time and serving nobody. In seconds. Default: 3. */
  readonly boot?: number;
  /** How late the timers of a saturated worker are, in ms. */
  readonly delay?: number;
  /** Slots without a worker in this second. */
  readonly missing?: (second: number) => readonly number[];
}

/** A service under load whose size is what `autoscale` says: what it says. A worker is sampled each second. */
export const scaled = (
  options: AutoscaleOptions,
  { load, noise = () => 0, boot = 3, delay = 11, missing = () => [] }: Service,
  on: Machine = large,
): Observable<SizeDecision> => {
  const sample$ = new Subject<WorkerSample>();
  let ids = 0;
  /** By slot: the worker, and the second of its fork. */
  let workers: ReadonlyMap<number, { readonly id: number; readonly forked: number }> = new Map();
  let size = 0;
  const second = (now: number): void => {
    const gone = missing(now);
    const slots = Array.from({ length: size }, (_, index) => index + 1).filter((slot) => !gone.includes(slot));
    workers = new Map(slots.map((slot) => [slot, workers.get(slot) ?? { id: (ids += 1), forked: now }]));
    const serving = [...workers.values()].filter(({ forked }) => now - forked >= boot).length;
    for (const [slot, { id, forked }] of workers) {
      const share = serving === 0 ? 0 : load(now) / serving;
      const utilization = now - forked < boot ? 1 : Math.max(0, Math.min(1, share + noise(now, slot)));
      const uptime = 1_000 * (now - forked);
      sample$.next(sample(id, { slot, uptime, utilization, delay: share > 1 ? delay : 11 }));
    }
  };
  return merge(
    sample$.pipe(
      autoscaleOn(() => on)(options),
      tap(({ to }) => (size = to)),
    ),
    // Between two decisions.
    timer(500, 1_000).pipe(tap(second), ignoreElements()),
  );
};

/** Samples of workers whatever `autoscale` says: those of each second from 0, in the middle of it. */
export const samples = (of: (second: number) => readonly WorkerSample[]): Observable<WorkerSample> =>
  timer(500, 1_000).pipe(mergeMap(of));
