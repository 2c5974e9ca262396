import {
  concat,
  concatWith,
  defer,
  EMPTY,
  map,
  merge,
  type MonoTypeOperatorFunction,
  NEVER,
  type Observable,
  of,
  repeat,
  retry,
  shareReplay,
  switchMap,
  takeUntil,
  takeWhile,
  throwError,
  timer,
} from 'rxjs';
import { describe } from 'vitest';
import { WorkerExitError } from '../../../src/vocabulary/errors.js';
import type { Tenancy } from '../../../src/operators/restart/handover.js';
import type { StopRequest } from '../../../src/operators/lifecycle/leave.js';
import { respawnBy } from '../../../src/operators/respawn/respawnBy.js';
import { marbles, ref } from '../../marbles.js';

const crash = new WorkerExitError(ref(), { code: 1, signal: null, requested: false, reason: 'crash', uptime: 5 });

/** Each subscription is the next life. */
const oneByOne = (...lives: readonly Observable<string>[]) => {
  let next = 0;
  return defer(() => lives[next++] ?? EMPTY);
};

const by =
  (operator: MonoTypeOperatorFunction<string>, tenancy: Partial<Tenancy<unknown>> = {}) =>
  (life$: Observable<string>) =>
    respawnBy(operator, (released$) => life$.pipe(takeUntil(released$)), {
      contested$: of(false),
      retired$: NEVER,
      ...tenancy,
    });

const shout: MonoTypeOperatorFunction<string> = (life$) =>
  life$.pipe(
    map((said) => said.toUpperCase()),
    retry(),
  );

describe('an operator of the user', () => {
  marbles('decides when the next life begins', ({ cold, expectObservable, expectSubscriptions }) => {
    const one = cold('    f--x#          ', undefined, crash);
    const oneSubs = '     ^---!----------';
    const two = cold('           f-------');
    const twoSubs = '     -------^-------';
    const expected = '    f--x---f-------';

    expectObservable(oneByOne(one, two).pipe(by(retry({ delay: 3 })))).toBe(expected);
    expectSubscriptions(one.subscriptions).toBe(oneSubs);
    expectSubscriptions(two.subscriptions).toBe(twoSubs);
  });

  marbles('may begin it at once', ({ cold, expectObservable, expectSubscriptions }) => {
    const one = cold('    f--x#          ', undefined, crash);
    const two = cold('        f----------');
    const twoSubs = '     ----^----------';
    const expected = '    f--xf----------';

    expectObservable(oneByOne(one, two).pipe(by(retry()))).toBe(expected);
    expectSubscriptions(two.subscriptions).toBe(twoSubs);
  });

  marbles('may let nothing follow: the crash is then its error', ({ cold, expectObservable, expectSubscriptions }) => {
    const one = cold('    f--x#          ', undefined, crash);
    const two = cold('        f--x#      ', undefined, crash);
    const twoSubs = '     ----^---!------';
    const three = cold('            f      ');
    const expected = '    f--xf--x#      ';

    expectObservable(oneByOne(one, two, three).pipe(by(retry(1)))).toBe(expected, undefined, crash);
    expectSubscriptions(two.subscriptions).toBe(twoSubs);
    expectSubscriptions(three.subscriptions).toBe([]);
  });

  marbles('sees all that the lives say', ({ cold, expectObservable }) => {
    const one = cold('    f--x#    ', undefined, crash);
    const two = cold('        f--x|');
    const expected = '    F--XF--X|';

    expectObservable(oneByOne(one, two).pipe(by(shout))).toBe(expected);
  });

  marbles('completes with a life that completes', ({ cold, expectObservable, expectSubscriptions }) => {
    const one = cold('    f--x|          ');
    const two = cold('        f          ');
    const expected = '    f--x|          ';

    expectObservable(oneByOne(one, two).pipe(by(retry()))).toBe(expected);
    expectSubscriptions(two.subscriptions).toBe([]);
  });

  marbles('unsubscribed, unsubscribes from the life', ({ cold, expectObservable, expectSubscriptions }) => {
    const one = cold('    f--x#          ', undefined, crash);
    const two = cold('           f-------');
    const twoSubs = '     -------^--!----';
    const unsub = '       ----------!----';
    const expected = '    f--x---f-------';

    expectObservable(oneByOne(one, two).pipe(by(retry({ delay: 3 }))), unsub).toBe(expected);
    expectSubscriptions(two.subscriptions).toBe(twoSubs);
  });
});

/** It needs 4 ms to go, and says so. */
const slow =
  (life$: Observable<string>, dying$: Observable<string> = concat(of('k'), timer(4).pipe(map(() => 'x')))) =>
  (released$: Observable<StopRequest>) =>
    merge(life$.pipe(takeUntil(released$)), released$.pipe(switchMap(() => dying$))).pipe(
      takeWhile((said) => said !== 'x', true),
    );
const tenancy = { contested$: of(false), retired$: NEVER };
const anew: MonoTypeOperatorFunction<string> = (life$) => life$.pipe(takeUntil(timer(5)), repeat(2));
const late: MonoTypeOperatorFunction<string> = (life$) =>
  life$.pipe(takeUntil(timer(5)), concatWith(throwError(() => 'error')));

describe('an operator that unsubscribes from a life', () => {
  marbles(
    'has it ended, and its events until the end are emitted',
    ({ cold, expectObservable, expectSubscriptions }) => {
      const one = cold('    f------------');
      const oneSubs = '     ^----!-------';
      const expected = '    f----k---(x|)';

      expectObservable(respawnBy((life$) => life$.pipe(takeUntil(timer(5))), slow(one), tenancy)).toBe(expected);
      expectSubscriptions(one.subscriptions).toBe(oneSubs);
    },
  );

  marbles('may begin the next one meanwhile', ({ cold, expectObservable }) => {
    const one = cold('    f----------------');
    const expected = '    f----(kf)xk---(x|)';

    expectObservable(respawnBy(anew, slow(one), tenancy)).toBe(expected);
  });

  marbles('and errors: the error waits for the end of the life', ({ cold, expectObservable }) => {
    const one = cold('    f------------');
    const expected = '    f----k---(x#)';

    expectObservable(respawnBy(late, slow(one), tenancy)).toBe(expected);
  });

  marbles('unsubscribed itself, is subscribed to no life', ({ cold, expectObservable, expectSubscriptions }) => {
    const one = cold('    f------------');
    const oneSubs = '     ^----!-------';
    const dying = cold('       k---x     ');
    const dyingSubs = '   -----^!------';
    const unsub = '       ------!------';
    const expected = '    f----k-------';

    expectObservable(
      respawnBy((life$) => life$.pipe(takeUntil(timer(5))), slow(one, dying), tenancy),
      unsub,
    ).toBe(expected);
    expectSubscriptions(one.subscriptions).toBe(oneSubs);
    expectSubscriptions(dying.subscriptions).toBe(dyingSubs);
  });
});

describe('the retirement of the slot', () => {
  marbles('during the delay completes', ({ cold, hot, expectObservable, expectSubscriptions }) => {
    const one = cold('    f--x#          ', undefined, crash);
    const two = cold('           f       ');
    const retired = hot(' ------t--------');
    const retiredSubs = ' ^-----!--------';
    const expected = '    f--x--|        ';

    expectObservable(oneByOne(one, two).pipe(by(retry({ delay: 3 }), { retired$: retired }))).toBe(expected);
    expectSubscriptions(two.subscriptions).toBe([]);
    expectSubscriptions(retired.subscriptions).toBe(retiredSubs);
  });

  marbles('during a life waits for its end', ({ cold, hot, expectObservable, expectSubscriptions }) => {
    const one = cold('    f-----x|       ');
    const oneSubs = '     ^------!-------';
    const retired = hot(' --t------------');
    const retiredSubs = ' ^------!-------';
    const expected = '    f-----x|       ';

    expectObservable(oneByOne(one).pipe(by(retry(), { retired$: retired }))).toBe(expected);
    expectSubscriptions(one.subscriptions).toBe(oneSubs);
    expectSubscriptions(retired.subscriptions).toBe(retiredSubs);
  });

  marbles(
    'during a life that crashes is followed by no other',
    ({ cold, hot, expectObservable, expectSubscriptions }) => {
      const one = cold('    f-----x#       ', undefined, crash);
      const two = cold('           f       ');
      const retired = hot(' --t------------');
      const expected = '    f-----x|       ';

      const retired$ = retired.pipe(shareReplay(1));
      expectObservable(oneByOne(one, two).pipe(by(retry(), { retired$ }))).toBe(expected);
      expectSubscriptions(two.subscriptions).toBe([]);
    },
  );

  marbles(
    'during a life ends an operator that would go on for ever',
    ({ cold, hot, expectObservable, expectSubscriptions }) => {
      const one = cold('    f-----x|       ');
      const two = cold('           f       ');
      const retired = hot(' --t------------');
      const expected = '    f-----x|       ';

      const retired$ = retired.pipe(shareReplay(1));
      expectObservable(oneByOne(one, two).pipe(by(repeat(), { retired$ }))).toBe(expected);
      expectSubscriptions(two.subscriptions).toBe([]);
    },
  );

  marbles('before the first life leaves nothing to begin', ({ cold, expectObservable, expectSubscriptions }) => {
    const one = cold('    f');
    const expected = '    |';

    expectObservable(oneByOne(one).pipe(by(retry(), { retired$: of('t') }))).toBe(expected);
    expectSubscriptions(one.subscriptions).toBe([]);
  });
});

describe('while the slot is contested', () => {
  const contested = { T: true, F: false };

  marbles('the first life begins: it may be the newcomer', ({ cold, expectObservable, expectSubscriptions }) => {
    const one = cold('    f----');
    const oneSubs = '     ^----';
    const expected = '    f----';

    expectObservable(oneByOne(one).pipe(by(retry(), { contested$: of(true) }))).toBe(expected);
    expectSubscriptions(one.subscriptions).toBe(oneSubs);
  });

  marbles('no other life begins before it is free', ({ cold, hot, expectObservable, expectSubscriptions }) => {
    const one = cold('    f--x#           ', undefined, crash);
    const two = cold('              f-----');
    const twoSubs = '     ----------^-----';
    const contest = hot(' T---------F-----', contested);
    const contestSubs = ' -------^--!-----';
    const expected = '    f--x------f-----';

    expectObservable(oneByOne(one, two).pipe(by(retry({ delay: 3 }), { contested$: contest }))).toBe(expected);
    expectSubscriptions(two.subscriptions).toBe(twoSubs);
    expectSubscriptions(contest.subscriptions).toBe(contestSubs);
  });

  marbles('waiting for that ends when the slot is retired', ({ cold, hot, expectObservable, expectSubscriptions }) => {
    const one = cold('    f--x#           ', undefined, crash);
    const two = cold('              f-----');
    const contest = hot(' T---------F-----', contested);
    const contestSubs = ' ----^---!-------';
    const retired = hot(' --------t-------');
    const expected = '    f--x----|       ';

    const tenancy = { contested$: contest, retired$: retired };
    expectObservable(oneByOne(one, two).pipe(by(retry(), tenancy))).toBe(expected);
    expectSubscriptions(two.subscriptions).toBe([]);
    expectSubscriptions(contest.subscriptions).toBe(contestSubs);
  });
});

describe('an error of a life that is not a crash', () => {
  marbles(
    'is the error of the loop at once: the operator does not get it',
    ({ cold, expectObservable, expectSubscriptions }) => {
      const bug = new TypeError('a bug');
      const one = cold('    f--#', undefined, bug);
      const two = cold('       f');
      const expected = '    f--#';

      expectObservable(oneByOne(one, two).pipe(by(retry()))).toBe(expected, undefined, bug);
      expectSubscriptions(two.subscriptions).toBe([]);
    },
  );
});
