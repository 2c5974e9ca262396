import { map, type Observable } from 'rxjs';
import { describe } from 'vitest';
import { backoff } from '../../../src/operators/respawn/backoff.js';
import { permanent } from '../../../src/operators/respawn/permanent.js';
import { policy } from '../../../src/operators/respawn/policy.js';
import { departure } from '../../../src/testing/departure.js';
import type { Decision } from '../../../src/vocabulary/decision.js';
import { marbles } from '../../marbles.js';

const exact = { initial: 4, factor: 2, max: 30, jitter: 0 };
const delays = (decision$: Observable<Decision>) =>
  decision$.pipe(map((decision) => (decision.type === 'respawn' ? decision.delay : decision)));

describe('backoff()', () => {
  marbles('delays early exits in a row, each longer than the last, and emits at once', ({ cold, expectObservable }) => {
    const exits = { a: departure(), b: departure({ failures: 2 }), c: departure({ failures: 9 }) };
    const source = cold(' -a-b-c-|', exits);
    const expected = '    -d-e-f-|';

    const told = source.pipe(policy(permanent(), backoff(exact)), delays);
    expectObservable(told).toBe(expected, { d: 4, e: 8, f: 30 });
  });

  marbles('does not delay after a worker that reached minUptime', ({ cold, expectObservable }) => {
    const source = cold(' -a-', { a: departure({ early: false, failures: 0 }) });
    const expected = '    -d-';

    expectObservable(source.pipe(policy(permanent(), backoff(exact)), delays)).toBe(expected, { d: 0 });
  });

  marbles('takes its jitter from the departure', ({ cold, expectObservable }) => {
    const source = cold(' -a-b-', { a: departure({ random: 0 }), b: departure({ random: 0.75 }) });
    const expected = '    -d-e-';

    const jittery = policy(permanent(), backoff({ ...exact, jitter: 0.5 }));
    expectObservable(source.pipe(jittery, delays)).toBe(expected, { d: 2, e: 5 });
  });

  marbles('is 100 ms at first, by default', ({ cold, expectObservable }) => {
    const source = cold(' -a-b-', { a: departure(), b: departure({ failures: 99 }) });
    const expected = '    -d-e-';

    expectObservable(source.pipe(policy(permanent(), backoff()), delays)).toBe(expected, { d: 100, e: 9_000 });
  });

  marbles(
    'is the longest one where the slot is degraded, keeps a longer delay, and leaves other decisions as they are',
    ({ cold, expectObservable }) => {
      const one = { type: 'respawn', departure: departure(), delay: 0, why: 'test' } as const;
      const v: Decision = { type: 'vacant', departure: departure(), why: 'test' };
      const source = cold<Decision>('-a-b-v-', { a: { ...one, degraded: true }, b: { ...one, delay: 99 }, v });
      const expected = '              -d-e-v-';

      expectObservable(source.pipe(backoff(exact), delays)).toBe(expected, { d: 30, e: 99, v });
    },
  );
});
