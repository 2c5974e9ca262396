import * as fc from 'fast-check';
import { TestScheduler } from 'rxjs/testing';
import { expect, test } from 'vitest';
import { pauseAfter, pauseBetween, samplesInARow } from '../../../src/features/recycle/pauses.js';
import type { ClusterEvent } from '../../../src/index.js';
import { rehearse, simulatedHost, type WorkerBehaviour } from '../../../src/testing.js';
import { among, ms, pick } from '../../simulation/arbitraries.js';
import { firstSeed } from '../../simulation/simulate.js';
import { recycledOneAtATime } from './simulation.js';

const mega = 2 ** 20;
const minute = 60_000;
const limit = 200;

/** A worker as data: what it uses at first, what it leaks, and when it crashes. */
interface Life {
  readonly megabytes: number;
  readonly perMinute: number;
  /** Each so many ms its memory is below the limit for a moment. */
  readonly dips: number;
  readonly crashes: number;
  readonly boots: number;
}

interface Run {
  readonly worker: number;
  readonly lives: readonly Life[];
  readonly jitter: number;
  readonly age: number;
  readonly random: number;
  /** Restarts of all, in ms. */
  readonly restarts: readonly number[];
}

const life: fc.Arbitrary<Life> = fc.record({
  megabytes: among([6, 100], [1, 190], [2, 300]),
  perMinute: among([3, 0], [3, 5], [3, 30], [1, 400]),
  dips: among([4, Infinity], [1, 7_000], [2, 3_000]),
  crashes: pick([6, fc.constant(Infinity)], [1, fc.constant(1)], [1, ms(5_000, 30 * minute)]),
  boots: among([4, 2], [1, 800], [1, 20_000]),
});

const runs: fc.Arbitrary<Run> = fc.record({
  worker: ms(1, 4),
  lives: fc.array(life, { minLength: 1, maxLength: 12 }),
  jitter: among([2, 0.1], [1, 0], [1, 1]),
  age: among([2, Infinity], [1, 5 * minute], [1, 20 * minute]),
  random: fc.constantFrom(0, 0.5, 0.999),
  restarts: fc.array(ms(0, 30 * minute), { maxLength: 3 }),
});

const usedBy = ({ megabytes, perMinute, dips }: Life, age: number): number =>
  dips !== Infinity && age % dips < 1_000 ? Math.min(150, megabytes) : megabytes + (perMinute * age) / minute;

const lifeOf = ({ lives }: Run, id: number): Life => {
  const found = lives[(id - 1) % lives.length];
  if (found === undefined) throw new Error('a run has a life at least');
  return found;
};

const behaviourOf = (one: Life): WorkerBehaviour => ({
  listening: one.boots,
  usage: (age) => ({ rss: usedBy(one, age) * mega }),
  ...(one.crashes < Infinity && { crashes: { after: one.crashes } }),
});

/** Half an hour of it. */
const eventsOf = (run: Run): readonly ClusterEvent[] => {
  const { worker, jitter, age, random, restarts } = run;
  const events: ClusterEvent[] = [];
  const host = simulatedHost({ behave: (_, fork) => behaviourOf(lifeOf(run, fork)), random: () => random });
  const scheduler = new TestScheduler(() => undefined);
  scheduler.run(() => {
    const recycle = { memory: `${limit}M`, jitter, ...(age < Infinity && { age }) } as const;
    const options = { worker, recycle, maxForkCount: Infinity, maxStartAttempts: Infinity } as const;
    const running = rehearse(host, options).subscribe((event) => events.push(event));
    for (const at of restarts) scheduler.schedule(() => host.raise('SIGUSR2'), at);
    scheduler.schedule(() => running.unsubscribe(), 30 * minute);
  });
  return events;
};

/** What the master has to wait for, by the events alone. */
const violation = (run: Run, events: readonly ClusterEvent[]): string | undefined => {
  const forked = new Map<number, number>();
  const available = new Map<number, number>();
  const failures = new Map<number, { readonly count: number; readonly at: number }>();
  const early = new Map<number, number>();
  let ended = -Infinity;
  for (const event of events) {
    const { time } = event;
    if (event.type === 'fork') forked.set(event.worker.id, time);
    if (event.type === 'available') available.set(event.worker.id, time);
    if (event.type === 'restart-abort')
      for (const [id, { slot }] of present(events, event.seq)) {
        if (!event.result.kept.includes(slot) || !available.has(id)) continue;
        failures.set(id, { count: (failures.get(id)?.count ?? 0) + 1, at: time });
      }
    if ((event.type === 'restart-end' || event.type === 'restart-abort') && event.requests.some(isRecycling))
      ended = time;
    if (event.type === 'restart' && isRecycling(event.request)) {
      const pause = pauseBetween(run.jitter, run.random);
      if (time < ended + pause) return `${event.request} ${time - ended} ms after the last, ${pause} ms are due`;
    }
    if (event.type !== 'recycle') continue;
    const { id, slot } = event.worker;
    const bornAt = forked.get(id) ?? Infinity;
    const since = time - (available.get(id) ?? Infinity);
    const failed = failures.get(id);
    if (failed !== undefined && time < failed.at + pauseAfter(failed.count))
      return `worker ${id} is recycled ${time - failed.at} ms after failure ${failed.count}`;
    if (event.early === undefined) early.delete(slot);
    else {
      if (event.early !== (early.get(slot) ?? 0) + 1) return `early ${event.early} in slot ${slot}`;
      if (event.why === 'age' ? event.value < run.age * (1 - run.jitter) - 1 : since < pauseAfter(event.early - 1))
        return `early ${event.early}, only ${since} ms after it was available`;
      early.set(slot, event.early);
    }
    if (event.why !== 'memory') continue;
    const below = Array.from({ length: samplesInARow }, (_, back) => time - bornAt - back * 1_000).find(
      (age) => usedBy(lifeOf(run, id), age) <= limit,
    );
    if (below !== undefined) return `worker ${id} was below its limit at the age of ${below} ms`;
  }
  return undefined;
};

const isRecycling = (request: string): boolean => request.startsWith('recycle#');

/** The workers that have not exited before this event. */
const present = (events: readonly ClusterEvent[], seq: number) => {
  const workers = new Map<number, { readonly slot: number }>();
  for (const event of events.slice(0, seq)) {
    if (event.type === 'fork') workers.set(event.worker.id, event.worker);
    if (event.type === 'exit') workers.delete(event.worker.id);
  }
  return workers;
};

test('half an hour of leaks, spikes, crashes, failing replacements and restarts: no recycling is early, doubled, or without a reason', () => {
  let recycled = 0;
  fc.assert(
    fc.property(runs, (run) => {
      const events = eventsOf(run);
      recycled += events.filter(({ type }) => type === 'recycle').length;
      expect(violation(run, events) ?? recycledOneAtATime({ events })).toBeUndefined();
    }),
    { seed: firstSeed, numRuns: 8 },
  );
  expect(recycled).toBeGreaterThan(8);
});

test('of the workers of a large cluster no two are recycled within the pause, and all are in the end', () => {
  const worker = 16;
  const one: Life = { megabytes: 100, perMinute: 5, dips: Infinity, crashes: Infinity, boots: 2 };
  const run: Run = { worker, lives: [one], jitter: 0.1, age: Infinity, random: 0.5, restarts: [] };
  const events = eventsOf(run);
  const first = events.flatMap((event) => (event.type === 'restart' ? [event] : [])).slice(0, worker);
  expect(new Set(first.map(({ slot }) => slot)).size).toBe(worker);
  const gaps = first.slice(1).map(({ time }, index) => time - (first[index]?.time ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThan(pauseBetween(0.1, 0.5));
});
