import * as fc from 'fast-check';
import { map, type Observable, takeUntil, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, test } from 'vitest';
import { autoscaleOn } from '../../../src/operators/scaling/autoscale.js';
import type { WorkerSample } from '../../../src/operators/scaling/knownWorkers.js';
import { ConfigError } from '../../../src/vocabulary/errors.js';
import type { SizeDecision } from '../../../src/vocabulary/sizeDecision.js';
import { marbles } from '../../marbles.js';
import { autoscale, large, megabyte, sample, samples, scaled } from './service.js';

const sizes = (decision$: Observable<SizeDecision>) => decision$.pipe(map(({ to }) => to));
const reasons = (decision$: Observable<SizeDecision>) => decision$.pipe(map(({ to, why }) => `${to}: ${why}`));
const begin = (min: number) => `${min}: autoscale() begins with min`;

/** So many workers that are all like this. */
const crew = (size: number, changes: Parameters<typeof sample>[1]) =>
  Array.from({ length: size }, (_, index) => sample(index + 1, changes));

const noise = fc.record({ seed: fc.nat(), by: fc.double({ min: 0, max: 0.1, noNaN: true }) });
/** Uniform in [-1, 1), different in each second and slot. */
const dice = (seed: number) => (second: number, slot: number) => {
  const mixed = Math.imul(Math.imul(seed ^ (second * 7919), 0x85ebca6b) ^ (slot * 104729), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 31 - 1;
};
const changesIn = (decision$: Observable<SizeDecision>, ms: number): readonly number[] => {
  const told: number[] = [];
  new TestScheduler(() => {}).run(() => {
    decision$.pipe(takeUntil(timer(ms))).subscribe(({ to }) => {
      if (to !== told.at(-1)) told.push(to);
    });
  });
  return told;
};
const turns = (told: readonly number[]): number => {
  const steps = told.slice(1).map((size, index) => Math.sign(size - (told[index] ?? size)));
  return steps.slice(1).filter((step, index) => step !== steps[index]).length;
};

describe('autoscale()', () => {
  marbles('begins with min, before any sample', ({ cold, expectObservable }) => {
    const source = cold<WorkerSample>('--');
    const unsub = '                    -!';
    const expected = '                 m-';

    expectObservable(source.pipe(autoscale({ min: 3 }), reasons), unsub).toBe(expected, { m: begin(3) });
  });

  marbles('completes with the source, and errors with it', ({ cold, expectObservable, expectSubscriptions }) => {
    const completing = cold<WorkerSample>('1500ms |');
    const failing = cold<WorkerSample>('   1500ms #');

    expectObservable(completing.pipe(autoscale(), sizes)).toBe('m 1499ms |', { m: 1 });
    expectObservable(failing.pipe(autoscale(), sizes)).toBe('m 1499ms #', { m: 1 });
    expectSubscriptions(completing.subscriptions).toBe('^ 1499ms !');
  });

  marbles('decides nothing where nobody is sampled', ({ cold, expectObservable }) => {
    const source = cold<WorkerSample>('-');
    const unsub = '                    3600s !';
    const expected = '                 m';

    expectObservable(source.pipe(autoscale({ min: 3 }), sizes), unsub).toBe(expected, { m: 3 });
  });
});

describe('up', () => {
  marbles('adds as many as bring the utilisation to the middle of up and down', ({ expectObservable }) => {
    const unsub = '   21s !';
    const expected = 'm 19999ms u';

    const busy$ = samples(() => crew(10, { utilization: 0.85 }));
    expectObservable(busy$.pipe(autoscale({ min: 10, up: 0.8, down: 0.2 }), reasons), unsub).toBe(expected, {
      m: begin(10),
      u: '17: event loops 85 % busy over 10 s',
    });
  });

  marbles('counts the mean of all workers over upAfter', ({ expectObservable }) => {
    const unsub = '   70s !';
    const expected = 'm 57999ms u';

    // 0.5 until 50 s, then 0.9: it takes eight seconds until the mean of ten is above 0.8.
    const busier$ = samples((second) => [
      sample(1, { utilization: second < 50 ? 0.4 : 0.8 }),
      sample(2, { utilization: second < 50 ? 0.6 : 1 }),
    ]);
    expectObservable(busier$.pipe(autoscale({ min: 2 }), reasons), unsub).toBe(expected, {
      m: begin(2),
      u: '3: event loops 82 % busy over 10 s',
    });
  });

  marbles('waits for the cooldown after each step', ({ expectObservable }) => {
    const unsub = '   75s !';
    const expected = 'm 29999ms a 29999ms b';

    // However many there are, all are busy.
    const decision$ = scaled({ min: 2, max: 7, cooldown: 30_000, emergency: false }, { load: () => 99 });
    expectObservable(decision$.pipe(sizes), unsub).toBe(expected, { m: 2, a: 4, b: 7 });
  });

  marbles('does not happen because workers boot, which are busy', ({ expectObservable }) => {
    const unsub = '   40s !';
    const expected = 'm';

    // The second one is forked anew every nine seconds.
    const booting$ = samples((second) => [
      sample(1, { utilization: 0.7 }),
      sample(100 + Math.floor(second / 9), { slot: 2, utilization: 1, uptime: 1_000 * (second % 9) }),
    ]);
    expectObservable(booting$.pipe(autoscale({ min: 2 }), sizes), unsub).toBe(expected, { m: 2 });
  });

  marbles('is not more than max, which is said once as long as it is so', ({ expectObservable }) => {
    const unsub = '   300s !';
    const expected = 'm 19999ms a 19999ms b';

    const decision$ = scaled({ min: 2, max: 3, emergency: false }, { load: () => 99 });
    expectObservable(decision$.pipe(reasons), unsub).toBe(expected, {
      m: begin(2),
      a: '3: event loops 100 % busy over 10 s',
      b: '3: event loops 100 % busy over 10 s, but more than 3 are not allowed (max)',
    });
  });
});

describe('down', () => {
  marbles('removes one worker at a time after a quiet minute, with the cooldown between', ({ expectObservable }) => {
    const unsub = '   200s !';
    const expected = 'm 19999ms u 68999ms a 19999ms b';

    // Busy for 32 seconds. The last reading of them is at 33 s.
    const decision$ = scaled({ min: 2, emergency: false }, { load: (second) => (second < 32 ? 2 : 0.2) });
    expectObservable(decision$.pipe(reasons), unsub).toBe(expected, {
      m: begin(2),
      u: '4: event loops 100 % busy over 10 s',
      a: '3: event loops at most 21 % busy in the last 60 s',
      b: '2: event loops at most 7 % busy in the last 60 s',
    });
  });

  marbles('does not happen while a worker is booting or missing', ({ expectObservable }) => {
    const unsub = '   600s !';
    const expected = 'm 19999ms u';

    const decision$ = scaled(
      { min: 1, emergency: false },
      { load: (second) => (second < 32 ? 1 : 0.01), missing: (second) => (second > 30 && second % 50 < 5 ? [1] : []) },
    );
    expectObservable(decision$.pipe(sizes), unsub).toBe(expected, { m: 1, u: 2 });
  });

  marbles('leaves the others room: they are not busier than the middle of up and down', ({ expectObservable }) => {
    const unsub = '   3600s !';
    const expected = 'm 19999ms u';

    // Two workers with 0.29 each would be one with 0.58.
    const decision$ = scaled({ min: 1, up: 0.8, down: 0.3 }, { load: (second) => (second < 30 ? 0.9 : 0.58) });
    expectObservable(decision$.pipe(sizes), unsub).toBe(expected, { m: 1, u: 2 });
  });
});

describe('an emergency', () => {
  marbles('doubles the size at once when timers are late for three samples', ({ expectObservable }) => {
    const unsub = '   20s !';
    const expected = 'm 12999ms a';

    const late$ = samples(() => crew(2, { utilization: 0.85, delay: 600 }));
    expectObservable(late$.pipe(autoscale({ min: 2 }), reasons), unsub).toBe(expected, {
      m: begin(2),
      a: '4: event loops 600 ms late for 3 s',
    });
  });

  marbles('doubles it also when the event loops have no time left, whatever their delay', ({ expectObservable }) => {
    const unsub = '   20s !';
    const expected = 'm 12999ms a';

    const saturated$ = samples(() => [sample(1, { utilization: 1 }), sample(2, { utilization: 0.92 })]);
    expectObservable(saturated$.pipe(autoscale({ min: 2 }), reasons), unsub).toBe(expected, {
      m: begin(2),
      a: '4: event loops 96 % busy for 3 s',
    });
  });

  marbles(
    'does not follow a step down: bursts of three seconds keep the workers that they need',
    ({ expectObservable }) => {
      const unsub = '   3600s !';
      const expected = 'm 12999ms a';

      const decision$ = scaled(
        { min: 2, max: 8 },
        { load: (second) => (second % 50 < 13 && second % 50 >= 10 ? 3.1 : 0.1) },
      );
      expectObservable(decision$.pipe(sizes), unsub).toBe(expected, { m: 2, a: 4 });
    },
  );

  marbles('ignores the cooldown, and waits for the workers of the last step', ({ expectObservable }) => {
    const unsub = '   80s !';
    const expected = 'm 12999ms a 12999ms b 12999ms c';

    const decision$ = scaled({ min: 1, cooldown: 600_000 }, { load: () => 5, delay: 900 });
    expectObservable(decision$.pipe(sizes), unsub).toBe(expected, { m: 1, a: 2, b: 4, c: 8 });
  });

  marbles('is none for one late sample, nor where the event loops have time', ({ expectObservable }) => {
    const unsub = '   200s !';
    const expected = 'm';

    const once$ = samples((second) => crew(2, { utilization: 0.79, delay: second % 4 === 0 ? 11 : 900 }));
    expectObservable(once$.pipe(autoscale({ min: 2 }), sizes), unsub).toBe(expected, { m: 2 });
    const late$ = samples((second) => crew(2, { utilization: second % 3 === 0 ? 0.5 : 0.9, delay: 900 }));
    expectObservable(late$.pipe(autoscale({ min: 2 }), sizes), unsub).toBe(expected, { m: 2 });
  });

  marbles('may be the requests in flight per worker, also in workers that boot', ({ expectObservable }) => {
    const unsub = '   16s !';
    const expected = 'm 12999ms a';

    const full$ = samples(() => [sample(1, { inFlight: 150 }), sample(2, { inFlight: 90, uptime: 0 })]);
    const decision$ = full$.pipe(autoscale({ min: 2, emergency: { inFlight: 100 } }));
    expectObservable(decision$.pipe(reasons), unsub).toBe(expected, {
      m: begin(2),
      a: '4: 120 requests in flight per worker for 3 s',
    });
  });

  marbles('can be switched off', ({ expectObservable }) => {
    const unsub = '   19s !';
    const expected = 'm';

    const late$ = samples(() => crew(2, { utilization: 0.85, delay: 600 }));
    expectObservable(late$.pipe(autoscale({ min: 2, emergency: false }), sizes), unsub).toBe(expected, { m: 2 });
  });
});

describe('memory', () => {
  marbles('limits the size to the workers that fit, which is said once', ({ expectObservable }) => {
    const unsub = '   300s !';
    const expected = 'm 19999ms a 19999ms b';

    const decision$ = scaled({ min: 2, memory: 350 * megabyte, emergency: false }, { load: () => 99 });
    expectObservable(decision$.pipe(reasons), unsub).toBe(expected, {
      m: begin(2),
      a: '3: event loops 100 % busy over 10 s',
      b: '3: event loops 100 % busy over 10 s, but 350 MB of memory have no room for another one of 100 MB',
    });
  });

  marbles('is 90 % of what the machine allows, by default, or another share', ({ expectObservable }) => {
    const unsub = '   21s !';
    const expected = 'm 19999ms a';

    const machine = { parallelism: 64, memory: 450 * megabyte };
    expectObservable(scaled({ min: 3, emergency: false }, { load: () => 99 }, machine).pipe(sizes), unsub).toBe(
      expected,
      {
        m: 3,
        a: 4,
      },
    );
    const decision$ = scaled({ min: 1, memory: '50%', emergency: false }, { load: () => 99 }, machine);
    expectObservable(decision$.pipe(sizes), unsub).toBe(expected, { m: 1, a: 2 });
  });

  marbles('is no limit where the operating system does not say', ({ expectObservable }) => {
    const unsub = '   21s !';
    const expected = 'm 19999ms a';

    const busy$ = samples(() => crew(2, { utilization: 1 }).map(({ usage: _, ...others }) => others));
    expectObservable(busy$.pipe(autoscale({ min: 2, memory: 1, emergency: false }), sizes), unsub).toBe(expected, {
      m: 2,
      a: 4,
    });
  });

  marbles('does not take workers away', ({ expectObservable }) => {
    const unsub = '   300s !';
    const expected = 'm';

    const decision$ = scaled({ min: 2, memory: megabyte }, { load: () => 1 });
    expectObservable(decision$.pipe(sizes), unsub).toBe(expected, { m: 2 });
  });
});

describe('workers that come and go', () => {
  marbles('crash and return without a change of the size', ({ expectObservable }) => {
    const unsub = '   3600s !';
    const expected = 'm';

    const decision$ = scaled(
      { min: 4 },
      { load: () => 2.4, missing: (second) => (second % 40 >= 20 && second % 40 < 26 ? [2, 3] : []) },
    );
    expectObservable(decision$.pipe(sizes), unsub).toBe(expected, { m: 4 });
  });

  marbles('and never return do not keep the size from following the load', ({ expectObservable }) => {
    const unsub = '   220s !';
    const expected = 'm 92999ms u 111999ms a';

    // Slot 2 is empty from 30 s on. The others are busy from then on until 150 s.
    const decision$ = scaled(
      { min: 3, max: 6, up: 0.9 },
      { load: (second) => (second < 150 ? 2.55 : 0.3), missing: (second) => (second > 30 ? [2] : []) },
    );
    expectObservable(decision$.pipe(sizes), unsub).toBe(expected, { m: 3, u: 6, a: 5 });
  });

  marbles('are busy while their report is old', ({ expectObservable }) => {
    const unsub = '   60s !';
    const expected = 'm 37999ms u';

    // Worker 2 is blocked from 25 s on. What it said last was that it has time.
    const blocked$ = samples((second) => [
      sample(1, { utilization: 0.75 }),
      sample(2, { utilization: 0.1, age: second < 25 ? 100 : (second - 25) * 1_000 }),
    ]);
    expectObservable(blocked$.pipe(autoscale({ min: 2 }), reasons), unsub).toBe(expected, {
      m: begin(2),
      u: '4: event loops 83 % busy over 10 s',
    });
  });

  marbles('count once for a slot: in a restart the old one until the new one can be judged', ({ expectObservable }) => {
    const unsub = '   120s !';
    const expected = 'm';

    // Worker 1 leaves until 60 s, and is busy with its last requests, beside worker 3, which boots from 30 s on.
    const rolled$ = samples((second) => [
      ...(second < 60 ? [sample(1, { utilization: second < 45 ? 0.7 : 1 })] : []),
      ...(second >= 30
        ? [sample(3, { slot: 1, utilization: second < 36 ? 1 : 0.7, uptime: 1_000 * (second - 30) })]
        : []),
      sample(2, { utilization: 0.7 }),
    ]);
    expectObservable(rolled$.pipe(autoscale({ min: 2 }), sizes), unsub).toBe(expected, { m: 2 });
  });

  marbles('of another cluster do not count, if the cluster is named', ({ expectObservable }) => {
    const unsub = '   60s !';
    const expected = 'm';

    const both$ = samples(() => [
      sample(1, { cluster: 'web', utilization: 0.5 }),
      sample(2, { cluster: 'jobs', slot: 1, utilization: 1 }),
    ]);
    expectObservable(both$.pipe(autoscale({ cluster: 'web' }), sizes), unsub).toBe(expected, { m: 1 });
  });

  marbles('of several clusters are an error, if none is named', ({ expectObservable }) => {
    const expected = 'm 499ms #';

    const both$ = samples(() => [sample(1, { cluster: 'web' }), sample(2, { cluster: 'jobs', slot: 1 })]);
    const error = new ConfigError(
      'autoscale().cluster',
      'expected the name of a cluster, because the samples are of "web" and "jobs"',
      'Name the one that it scales',
    );
    expectObservable(both$.pipe(autoscale(), sizes)).toBe(expected, { m: 1 }, error);
  });
});

describe('a size that somebody else has chosen', () => {
  marbles('is where it goes on from, upwards', ({ expectObservable }) => {
    const unsub = '   120s !';
    const expected = 'm 67999ms u';

    // From 30 s on there are eight, and from 60 s on they are busy.
    const asked$ = samples((second) => crew(second < 30 ? 2 : 8, { utilization: second < 60 ? 0.5 : 0.9 }));
    expectObservable(asked$.pipe(autoscale({ min: 2 }), sizes), unsub).toBe(expected, { m: 2, u: 12 });
  });

  marbles('is where it goes on from, downwards, a minute after the last one has left', ({ expectObservable }) => {
    const unsub = '   180s !';
    const expected = 'm 111999ms u';

    // From 30 s on there are two.
    const asked$ = samples((second) => crew(second < 30 ? 8 : 2, { utilization: second < 30 ? 0.5 : 0.9 }));
    expectObservable(asked$.pipe(autoscale({ min: 8 }), sizes), unsub).toBe(expected, { m: 8, u: 4 });
  });
});

describe('a machine', () => {
  marbles('with fewer cores than that is the most, by default', ({ expectObservable }) => {
    const unsub = '   100s !';
    const expected = 'm 19999ms a 19999ms b';

    const decision$ = scaled({ min: 2, emergency: false }, { load: () => 99 }, { ...large, parallelism: 3 });
    expectObservable(decision$.pipe(sizes), unsub).toBe(expected, { m: 2, a: 3, b: 3 });
  });

  marbles('is asked once for each subscription', ({ cold, expectObservable }) => {
    const source = cold<WorkerSample>('|');
    const expected = '                 (m|)';

    let asked = 0;
    const machine = () => ({ ...large, parallelism: (asked += 1) });
    const decision$ = source.pipe(autoscaleOn(machine)());
    expect(asked).toBe(0);
    expectObservable(decision$.pipe(sizes)).toBe(expected, { m: 1 });
    expectObservable(decision$.pipe(map(() => asked))).toBe('(m|)', { m: 2 });
  });
});

describe('flapping', () => {
  test('does not happen in an hour of a steady load with noise: the size never turns back', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.05, max: 7, noNaN: true }), noise, (load, { seed, by }) => {
        const random = dice(seed);
        const service = { load: () => load, noise: (second: number, slot: number) => by * random(second, slot) };
        const told = changesIn(scaled({ min: 1, max: 16 }, service), 3_600_000);
        expect(turns(told)).toBe(0);
        expect(told.length).toBeLessThanOrEqual(6);
      }),
      { numRuns: 30, seed: 1, endOnFailure: true },
    );
  });

  test('does not happen where the load comes in waves of up to a minute: the size settles', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 60 }),
        fc.double({ min: 0.1, max: 0.9, noNaN: true }),
        fc.double({ min: 0.5, max: 6, noNaN: true }),
        noise,
        (period, duty, load, { seed, by }) => {
          const random = dice(seed);
          const service = {
            load: (second: number) => ((second % period) / period < duty ? load : 0),
            noise: (second: number, slot: number) => by * random(second, slot),
          };
          const told = changesIn(scaled({ min: 1, max: 16 }, service), 3_600_000);
          // Doubling may have been too much by one step or two.
          expect(turns(told)).toBeLessThanOrEqual(1);
          expect(told.length).toBeLessThanOrEqual(8);
        },
      ),
      { numRuns: 30, seed: 1, endOnFailure: true },
    );
  });

  test('is no word for following the load: waves of ten minutes lead up and down once each', () => {
    const told = changesIn(
      scaled({ min: 1, max: 8 }, { load: (second) => 2.4 - 2 * Math.cos((2 * Math.PI * second) / 600) }),
      3_600_000,
    );
    expect(turns(told)).toBeLessThanOrEqual(12);
    expect(Math.max(...told)).toBe(8);
  });
});
