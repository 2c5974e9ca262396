import { describe } from 'vitest';
import { permanent } from '../../../src/operators/respawn/permanent.js';
import { policy } from '../../../src/operators/respawn/policy.js';
import { budget } from '../../../src/operators/respawn/budget.js';
import { departure } from '../../../src/testing/departure.js';
import type { Decision } from '../../../src/vocabulary/decision.js';
import { marbles } from '../../marbles.js';

const alone = { serving: 0, viable: 0 };

describe('budget()', () => {
  marbles('passes a respawn on, with the limit, until it is spent', ({ cold, expectObservable }) => {
    const a = departure({ spent: 1, others: alone });
    const b = departure({ spent: 2, others: alone });
    const source = cold(' -a--b--|', { a, b });
    const expected = '    -c--d--|';

    const respawn = { type: 'respawn', delay: 0, why: 'exited with code 1', limit: 3 } as const;
    const c: Decision = { ...respawn, departure: a };
    const d: Decision = { ...respawn, departure: b };
    expectObservable(source.pipe(policy(permanent(), budget({ maxForkCount: 3 })))).toBe(expected, { c, d });
  });

  marbles(
    'that is spent degrades a slot while another is viable, and gives up when none is',
    ({ cold, expectObservable }) => {
      const a = departure({ slot: 2, spent: 3 });
      const b = departure({ spent: 4, others: alone });
      const source = cold(' -a--b--', { a, b });
      const expected = '    -d--g--';

      const degraded = 'slot 2 has used up the 3 early exits; the others serve';
      const d: Decision = { type: 'respawn', departure: a, delay: 0, limit: 3, degraded: true, why: degraded };
      const gaveUp = 'workers ended early 3 times and none is ready';
      const g: Decision = { type: 'give-up', departure: b, limit: 3, why: gaveUp };
      expectObservable(source.pipe(policy(permanent(), budget({ maxForkCount: 3 })))).toBe(expected, { d, g });
    },
  );

  marbles('of one exit says so', ({ cold, expectObservable }) => {
    const a = departure({ slot: 2, spent: 1 });
    const b = departure({ spent: 1, others: alone });
    const source = cold(' -a--b--', { a, b });
    const expected = '    -d--g--';

    const degraded = 'slot 2 has used up the one early exit; the others serve';
    const d: Decision = { type: 'respawn', departure: a, delay: 0, limit: 1, degraded: true, why: degraded };
    const gaveUp = 'a worker ended early and none is ready';
    const g: Decision = { type: 'give-up', departure: b, limit: 1, why: gaveUp };
    expectObservable(source.pipe(policy(permanent(), budget({ maxForkCount: 1 })))).toBe(expected, { d, g });
  });

  marbles('that is spent does not concern a worker that reached minUptime', ({ cold, expectObservable }) => {
    const a = departure({ early: false, failures: 0, spent: 9, others: alone });
    const source = cold(' -a--', { a });
    const expected = '    -b--';

    const b: Decision = { type: 'respawn', departure: a, delay: 0, limit: 3, why: 'exited with code 1' };
    expectObservable(source.pipe(policy(permanent(), budget({ maxForkCount: 3 })))).toBe(expected, { b });
  });

  marbles('counts from the first available worker with fromStart: false', ({ cold, expectObservable }) => {
    const a = departure({ spent: 3, others: alone, everAvailable: false, failedStarts: 3 });
    const b = departure({ spent: 3, others: alone });
    const source = cold(' -a--b--', { a, b });
    const expected = '    -r--g--';

    const later = policy(permanent(), budget({ maxForkCount: 3, fromStart: false }));
    const r: Decision = { type: 'respawn', departure: a, delay: 0, limit: 3, why: 'exited with code 1' };
    const g: Decision = {
      type: 'give-up',
      departure: b,
      limit: 3,
      why: 'workers ended early 3 times and none is ready',
    };
    expectObservable(source.pipe(later)).toBe(expected, { r, g });
  });

  marbles('leaves what is no respawn as it is', ({ cold, expectObservable }) => {
    const vacant: Decision = { type: 'vacant', departure: departure({ spent: 9, others: alone }), why: 'test' };
    const source = cold<Decision>(' -v--|', { v: vacant });
    const expected = '              -v--|';

    expectObservable(source.pipe(budget({ maxForkCount: 3 }))).toBe(expected, { v: vacant });
  });
});
