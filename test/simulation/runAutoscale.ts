import { Subject } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { autoscaleOn } from '../../src/operators/scaling/autoscale.js';
import type { WorkerSample } from '../../src/operators/scaling/knownWorkers.js';
import type { SizeDecision } from '../../src/vocabulary/sizeDecision.js';

/** Times in seconds. Everything that happens to a service that is scaled, as plain data. */
export interface Load {
  readonly min: number;
  readonly max: number;
  readonly upAfter: number;
  readonly downAfter: number;
  readonly cooldown: number;
  readonly warmup: number;
  readonly emergency: boolean;
  /** So many workers have room in the memory. */
  readonly room: number;
  /** For so many seconds so many workers would be busy all the time. */
  readonly phases: readonly { readonly for: number; readonly demand: number }[];
  /** The seconds of restarts: each slot gets a second worker, and the first one leaves 5 s later. */
  readonly restarts: readonly number[];
  /** Each worker whose id is a multiple of it is blocked: it does not report any more. */
  readonly blocked: number;
  readonly seconds: number;
}

/** No quotient of small numbers, on which rounding would decide. */
export const [up, down] = [0.77, 0.313] as const;
export const limits = { utilization: 0.953, delay: 500, inFlight: 40 } as const;
const rss = 100;

/** One second: the size before its decision, what each slot is like, and what was decided. */
export interface Second {
  readonly size: number;
  /** How busy the worker of each slot is that can be judged; `undefined` for a slot without one. */
  readonly busy: readonly (number | undefined)[];
  readonly delay: number;
  readonly inFlight: number;
  readonly decision: SizeDecision | undefined;
}

export interface Scaled {
  readonly load: Load;
  readonly first: SizeDecision | undefined;
  readonly seconds: readonly Second[];
}

interface Worker {
  readonly id: number;
  readonly slot: number;
  readonly forked: number;
  /** It leaves then. */
  leaves: number;
}

/** How late the timers of a busy worker are, in ms, and how many requests wait in it. */
const delayOf = (share: number): number => (share > 1.5 ? 800 : 10);
const inFlightOf = (share: number): number => (share > 2 ? 60 : 1);

/** Scales a service by its load. A worker is sampled each second, between two decisions. */
export const runAutoscale = (load: Load): Scaled => {
  const seconds: Second[] = [];
  let first: SizeDecision | undefined;
  const scheduler = new TestScheduler(() => undefined);
  scheduler.run(() => {
    const sample$ = new Subject<WorkerSample>();
    let decision: SizeDecision | undefined;
    let workers: Worker[] = [];
    /** What each worker has said last. One that is not heard of for three seconds has left. */
    const said = new Map<number, { readonly slot: number; readonly second: number; readonly inFlight: number }>();
    let ids = 0;
    let size = 0;
    const { min, max, upAfter, downAfter, cooldown, warmup, emergency, room } = load;
    const running = sample$
      .pipe(
        autoscaleOn(() => ({ parallelism: 4, memory: room * rss }))({
          min,
          max,
          up,
          down,
          upAfter: upAfter * 1_000,
          downAfter: downAfter * 1_000,
          cooldown: cooldown * 1_000,
          warmup: warmup * 1_000,
          memory: '100%',
          emergency: emergency && limits,
        }),
      )
      .subscribe((decided) => {
        decision = decided;
        size = decided.to;
      });
    first = decision;
    const demandAt = (second: number): number => {
      let begin = 0;
      for (const phase of load.phases) {
        begin += phase.for;
        if (second < begin) return phase.demand;
      }
      return load.phases.at(-1)?.demand ?? 0;
    };
    const sampled = (second: number) => {
      const slots = Array.from({ length: size }, (_, index) => index + 1);
      const restarts = load.restarts.includes(second);
      if (restarts) for (const worker of workers) worker.leaves = Math.min(worker.leaves, second + 5);
      workers = workers.filter(({ slot, leaves }) => slot <= size && leaves > second);
      for (const slot of slots) {
        if (!restarts && workers.some((worker) => worker.slot === slot)) continue;
        ids += 1;
        workers.push({ id: ids, slot, forked: second, leaves: Infinity });
      }
      const serving = workers.filter(({ forked }) => second - forked >= 2).length;
      const share = serving === 0 ? 0 : demandAt(second) / serving;
      for (const { id, slot, forked } of workers) {
        said.set(id, { slot, second, inFlight: inFlightOf(share) });
        const isBlocked = id % load.blocked === 0 && second - forked > 10;
        sample$.next({
          worker: { id, slot, cluster: 'test' },
          uptime: (second - forked) * 1_000,
          usage: { rss },
          report: {
            eventLoop: { utilization: Math.min(1, share), delay: { p99: delayOf(share) } },
            requests: { inFlight: inFlightOf(share) },
          },
          age: isBlocked ? 3_001 : 100,
        });
      }
      const busy = slots.map((slot) => {
        const judged = workers.filter((worker) => worker.slot === slot && second - worker.forked >= warmup);
        const youngest = judged.at(-1);
        if (youngest === undefined) return undefined;
        return youngest.id % load.blocked === 0 && second - youngest.forked > 10 ? 1 : Math.min(1, share);
      });
      const inFlight = [...said.values()]
        .filter((one) => one.slot <= size && second - one.second < 3)
        .reduce((sum, one) => sum + one.inFlight, 0);
      return { size, busy, delay: delayOf(share), inFlight };
    };
    for (let second = 0; second < load.seconds; second += 1) {
      let before: Omit<Second, 'decision'> | undefined;
      scheduler.schedule(
        () => {
          before = sampled(second);
          decision = undefined;
        },
        second * 1_000 + 500,
      );
      scheduler.schedule(
        () => {
          if (before !== undefined) seconds.push({ ...before, decision });
        },
        second * 1_000 + 1_500 - 1,
      );
    }
    scheduler.schedule(() => running.unsubscribe(), load.seconds * 1_000 + 600);
  });
  return { load, first, seconds };
};
