import { describe } from 'vitest';
import { permanent } from '../../../src/operators/respawn/permanent.js';
import { policy } from '../../../src/operators/respawn/policy.js';
import { startLimit } from '../../../src/operators/respawn/startLimit.js';
import { departure } from '../../../src/testing/departure.js';
import type { Decision } from '../../../src/vocabulary/decision.js';
import type { Departure, OtherSlots } from '../../../src/vocabulary/events.js';
import { marbles } from '../../marbles.js';

const failed = (failedStarts: number, others: Partial<OtherSlots> = {}): Departure =>
  departure({ everAvailable: false, failedStarts, others: { serving: 0, viable: 0, ...others } });
const three = policy(permanent(), startLimit({ attempts: 3 }));
const why = 'exited with code 1';

const slow = (times: number) => `slot 1 has failed to start ${times} times; others may still start`;

describe('startLimit()', () => {
  marbles('counts the attempts of the slot', ({ cold, expectObservable }) => {
    const source = cold(' -a--b--|', { a: failed(1), b: failed(2) });
    const expected = '    -c--d--|';

    const c: Decision = { type: 'respawn', departure: failed(1), delay: 0, why, start: { failed: 1, limit: 3 } };
    const d: Decision = { type: 'respawn', departure: failed(2), delay: 0, why, start: { failed: 2, limit: 3 } };
    expectObservable(source.pipe(three)).toBe(expected, { c, d });
  });

  marbles('gives up when the only slot has used its attempts', ({ cold, expectObservable }) => {
    const source = cold(' -a--', { a: failed(3) });
    const expected = '    -g--';

    const gaveUp = 'no worker has been available and slot 1 has failed to start 3 times';
    const g: Decision = { type: 'give-up', departure: failed(3), why: gaveUp, start: { failed: 3, limit: 3 } };
    expectObservable(source.pipe(three)).toBe(expected, { g });
  });

  marbles('of one attempt says so', ({ cold, expectObservable }) => {
    const source = cold(' -a--', { a: failed(1) });
    const expected = '    -g--';

    const gaveUp = 'no worker has been available and slot 1 has failed to start once';
    const g: Decision = { type: 'give-up', departure: failed(1), why: gaveUp, start: { failed: 1, limit: 1 } };
    expectObservable(source.pipe(policy(permanent(), startLimit({ attempts: 1 })))).toBe(expected, { g });
  });

  marbles('degrades the slot while another serves or has attempts left', ({ cold, expectObservable }) => {
    const serving = failed(3, { serving: 1 });
    const starting = failed(4, { fewestFailedStarts: 2 });
    const source = cold(' -a--b--', { a: serving, b: starting });
    const expected = '    -c--d--';

    const degraded = { type: 'respawn', delay: 0, degraded: true } as const;
    const c: Decision = { ...degraded, departure: serving, why: slow(3), start: { failed: 3, limit: 3 } };
    const d: Decision = { ...degraded, departure: starting, why: slow(4), start: { failed: 4, limit: 3 } };
    expectObservable(source.pipe(three)).toBe(expected, { c, d });
  });

  marbles('gives up when the others have used their attempts, too', ({ cold, expectObservable }) => {
    const all = failed(3, { fewestFailedStarts: 3 });
    const source = cold(' -a--', { a: all });
    const expected = '    -g--';

    const gaveUp = 'no worker has been available and slot 1 has failed to start 3 times';
    const g: Decision = { type: 'give-up', departure: all, why: gaveUp, start: { failed: 3, limit: 3 } };
    expectObservable(source.pipe(three)).toBe(expected, { g });
  });

  marbles('changes nothing once a worker has been available, nor without a limit', ({ cold, expectObservable }) => {
    const a = departure({ failures: 9 });
    const respawn: Decision = { type: 'respawn', departure: a, delay: 0, why };
    const unlimited: Decision = { ...respawn, departure: failed(99) };

    expectObservable(cold('-a--', { a }).pipe(three)).toBe('-r--', { r: respawn });
    const without = policy(permanent(), startLimit({ attempts: Infinity }));
    expectObservable(cold('-a--', { a: failed(99) }).pipe(without)).toBe('-r--', { r: unlimited });
  });
});
