import { map, type Observable, retry } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { permanent } from '../../../src/operators/respawn/permanent.js';
import { isLifeOperator, isPolicy, policy } from '../../../src/operators/respawn/policy.js';
import { temporary } from '../../../src/operators/respawn/temporary.js';
import { transient } from '../../../src/operators/respawn/transient.js';
import { departure } from '../../../src/testing/departure.js';
import type { Decision } from '../../../src/vocabulary/decision.js';
import type { Departure } from '../../../src/vocabulary/events.js';
import { life, marbles } from '../../marbles.js';

const { exit: _, ...withoutExit } = departure({ why: 'left (disconnected)' });
/** `l`: it begins to leave, `x`, `z`: it ended with code 1 or 0, `k`: by a signal, `n`: it could not be started. */
const departures = {
  l: withoutExit,
  x: departure(),
  z: departure({ exit: { code: 0, signal: null, requested: false, reason: 'left', uptime: 5 } }),
  k: departure({ exit: { code: null, signal: 'SIGSEGV', requested: false, reason: 'crash', uptime: 5 } }),
  n: departure({ exit: { code: null, signal: null, requested: false, reason: 'spawn', uptime: 0 } }),
};

/** `r`: respawn at once, `v`: vacant. */
const kinds = (decision$: Observable<Decision>) =>
  decision$.pipe(map(({ type, ...rest }) => (type === 'respawn' ? ('delay' in rest ? 'r' : '?') : 'v')));

describe('the first block', () => {
  marbles('permanent() respawns whoever left', ({ cold, expectObservable }) => {
    const source = cold(' -l-x-z-k-n-|', departures);
    const expected = '    -r-r-r-r-r-|';

    expectObservable(source.pipe(permanent(), kinds)).toBe(expected);
  });

  marbles('transient() respawns after an abnormal exit', ({ cold, expectObservable }) => {
    const source = cold(' -l-x-z-k-n-|', departures);
    const expected = '    ---r-v-r-r-|';

    expectObservable(source.pipe(transient(), kinds)).toBe(expected);
  });

  marbles('temporary() respawns no worker, and decides so when the worker has ended', ({ cold, expectObservable }) => {
    const source = cold(' -l-x-z-k-n-|', departures);
    const expected = '    ---v-v-v-v-|';

    expectObservable(source.pipe(temporary(), kinds)).toBe(expected);
  });

  marbles('says of a decision what it is about, and why', ({ cold, expectObservable }) => {
    const { x, z } = departures;
    const source = cold(' -x-z-', departures);
    const expected = '    -r-v-';

    const r: Decision = { type: 'respawn', departure: x, delay: 0, why: 'exited with code 1' };
    const v: Decision = { type: 'vacant', departure: z, why: "respawn is 'transient'" };
    expectObservable(source.pipe(transient())).toBe(expected, { r, v });
  });

  marbles(
    'says how it is to be given to the option, where it sees the life of a worker',
    ({ cold, expectObservable }) => {
      const source = cold<Departure>('-f-', Object(life()));
      const expected = '              -#-';

      const error = new TypeError(
        'permanent(): expected departures, got other events. Wrap the blocks for the option: respawn: policy(permanent(), …)',
      );
      expectObservable(source.pipe(permanent())).toBe(expected, undefined, error);
    },
  );
});

const later = (ms: number) =>
  map((decision: Decision): Decision =>
    decision.type === 'respawn' ? { ...decision, delay: decision.delay + ms } : decision,
  );

describe('policy()', () => {
  marbles('applies its blocks one after the other', ({ cold, expectObservable, expectSubscriptions }) => {
    const { x } = departures;
    const source = cold(' -x-|', departures);
    const subs = '        ^--!';
    const expected = '    -r-|';

    const twice = map((decision: Decision): Decision =>
      decision.type === 'respawn' ? { ...decision, delay: decision.delay * 2 } : decision,
    );
    const r: Decision = { type: 'respawn', departure: x, delay: 10, why: 'exited with code 1' };
    expectObservable(source.pipe(policy(permanent(), later(5), twice))).toBe(expected, { r });
    expectSubscriptions(source.subscriptions).toBe(subs);
  });

  marbles('takes another policy as its first block', ({ cold, expectObservable }) => {
    const { x } = departures;
    const source = cold(' -x-|', departures);
    const expected = '    -r-|';

    const r: Decision = { type: 'respawn', departure: x, delay: 5, why: 'exited with code 1' };
    expectObservable(source.pipe(policy(policy(permanent(), later(3)), later(2)))).toBe(expected, { r });
  });

  test('can be distinguished from an operator on the life of a worker', () => {
    const one = policy(permanent());
    expect([isPolicy(one), isLifeOperator(one)]).toEqual([true, false]);
    expect([isPolicy(retry()), isLifeOperator(retry())]).toEqual([false, true]);
    expect([isPolicy('permanent'), isLifeOperator('permanent')]).toEqual([false, false]);
  });
});
