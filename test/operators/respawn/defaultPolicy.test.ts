import { map, type Observable } from 'rxjs';
import { describe } from 'vitest';
import { defaultPolicy, type PolicyOptions } from '../../../src/operators/respawn/defaultPolicy.js';
import { policy } from '../../../src/operators/respawn/policy.js';
import { departure } from '../../../src/testing/departure.js';
import type { Decision } from '../../../src/vocabulary/decision.js';
import type { Departure } from '../../../src/vocabulary/events.js';
import { marbles } from '../../marbles.js';

const alone = { serving: 0, viable: 0 };
const exit = { code: 0, signal: null, requested: false, reason: 'left', uptime: 5 } as const;
const starting = (failedStarts: number): Departure =>
  departure({ everAvailable: false, failedStarts, failures: failedStarts, spent: failedStarts, others: alone });

/** A delay in ms, `slow` with it where the slot is degraded, or another decision and its limit. */
const inShort = (decision$: Observable<Decision>) =>
  decision$.pipe(
    map((decision) => {
      if (decision.type === 'respawn') return `${decision.degraded === true ? 'slow ' : ''}${decision.delay}`;
      return decision.type === 'vacant' ? 'vacant' : `give up, ${decision.start?.limit ?? decision.limit}`;
    }),
  );
const decided = (departure$: Observable<Departure>, options?: PolicyOptions) =>
  departure$.pipe(defaultPolicy(options), inShort);

describe('defaultPolicy()', () => {
  marbles('respawns every worker, after a backoff if it left early', ({ cold, expectObservable }) => {
    const stable = departure({ early: false, failures: 0, exit });
    const source = cold(' -a-b-c-|', { a: departure(), b: departure({ failures: 2 }), c: stable });
    const expected = '    -d-e-f-|';

    expectObservable(decided(source)).toBe(expected, { d: '100', e: '200', f: '0' });
  });

  marbles('gives up after 5 failed starts, or 100 early exits', ({ cold, expectObservable }) => {
    const spent = { 9: departure({ spent: 99, others: alone }), 0: departure({ spent: 100, others: alone }) };
    const source = cold(' -4-5-9-0-', { 4: starting(4), 5: starting(5), ...spent });
    const expected = '    -a-b-c-d-';

    const told = { a: '800', b: 'give up, 5', c: '100', d: 'give up, 100' };
    expectObservable(decided(source)).toBe(expected, told);
  });

  marbles(
    'counts maxForkCount from the first fork where it is given, instead of starts or beside them',
    ({ cold, expectObservable }) => {
      const attempts = { 3: starting(3), 7: starting(7) };
      const source = () => cold('-3-7-', attempts);

      expectObservable(decided(source(), { maxForkCount: 7 })).toBe('-a-b-', { a: '400', b: 'give up, 7' });
      const both = { maxForkCount: 7, maxStartAttempts: 3 };
      expectObservable(decided(source(), both)).toBe('-a-a-', { a: 'give up, 3' });
      expectObservable(decided(source(), { maxStartAttempts: 7 })).toBe('-a-b-', { a: '400', b: 'give up, 7' });
    },
  );

  marbles('counts 100 early exits from the first fork where starts have no limit', ({ cold, expectObservable }) => {
    const source = cold(' -a-', { a: starting(100) });
    const expected = '    -b-';

    expectObservable(decided(source, { maxStartAttempts: Infinity })).toBe(expected, { b: 'give up, 100' });
  });

  marbles('waits for the longest time where the slot is degraded', ({ cold, expectObservable }) => {
    const source = cold(' -a-', { a: departure({ spent: 3 }) });
    const expected = '    -b-';

    const options = { maxForkCount: 3, backoff: { initial: undefined, max: 50 } };
    expectObservable(decided(source, options)).toBe(expected, { b: 'slow 50' });
  });

  marbles('takes the kind by its name', ({ cold, expectObservable }) => {
    const source = () => cold('-x-z-', { x: departure(), z: departure({ exit }) });

    expectObservable(decided(source(), { respawn: 'transient' })).toBe('-a-b-', { a: '100', b: 'vacant' });
    expectObservable(decided(source(), { respawn: 'temporary' })).toBe('-b-b-', { b: 'vacant' });
  });

  marbles('can be the first block of another policy', ({ cold, expectObservable }) => {
    const source = cold(' -a-', { a: departure() });
    const expected = '    -b-';

    const longer = map((decision: Decision): Decision =>
      decision.type === 'respawn' ? { ...decision, delay: decision.delay + 1 } : decision,
    );
    expectObservable(source.pipe(policy(defaultPolicy(), longer), inShort)).toBe(expected, { b: '101' });
  });
});
