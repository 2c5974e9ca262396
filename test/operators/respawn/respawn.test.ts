import { BehaviorSubject, defer, EMPTY, NEVER, type Observable, of } from 'rxjs';
import { describe } from 'vitest';
import { WorkerExitError } from '../../../src/vocabulary/errors.js';
import type { EventDraft, WorkerDraft } from '../../../src/vocabulary/events.js';
import { respawn, type Respawning } from '../../../src/operators/respawn/respawn.js';
import { asLetters, life, marbles, ref } from '../../marbles.js';

const crash = new WorkerExitError(ref(), { code: 1, signal: null, requested: false, reason: 'crash', uptime: 5 });

/** Each subscription is the next life. */
const oneByOne = (...lives: readonly Observable<WorkerDraft>[]) => {
  let next = 0;
  return defer(() => lives[next++] ?? EMPTY);
};

const backoff = (delay: number): EventDraft & { readonly delay: number } => {
  return { type: 'backoff', slot: 1, worker: ref(), delay, charged: true, spent: 1, limit: 5 };
};

const again = (changes: Partial<Respawning> = {}) =>
  respawn({
    decide: () => of(backoff(5)),
    contested$: of(false),
    retired$: NEVER,
    ...changes,
  });

const told = (changes?: Partial<Respawning>) => (lives$: Observable<WorkerDraft>) =>
  lives$.pipe(again(changes), asLetters());

const giveUpAfter: Respawning['decide'] = ({ type, worker }) =>
  of({ type: 'give-up', slot: worker.slot, worker, why: type, reason: 'test', spent: 5, limit: 5 });

describe('a worker that leaves on its own', () => {
  marbles(
    'is followed by the next one after the delay that was decided',
    ({ cold, expectObservable, expectSubscriptions }) => {
      const one = cold('    f--c#          ', life(), crash);
      const oneSubs = '     ^---!----------';
      const two = cold('            f------', life(), crash);
      const twoSubs = '     --------^------';
      const expected = '    f--(xH)-f------';

      expectObservable(oneByOne(one, two).pipe(told())).toBe(expected);
      expectSubscriptions(one.subscriptions).toBe(oneSubs);
      expectSubscriptions(two.subscriptions).toBe(twoSubs);
    },
  );

  marbles('is followed by another each time', ({ cold, expectObservable, expectSubscriptions }) => {
    const one = cold('    f--(c#)               ', life(), crash);
    const two = cold('            f--(c#)       ', life(), crash);
    const twoSubs = '     --------^--!----------';
    const three = cold('                  f-----', life(), crash);
    const threeSubs = '   ----------------^-----';
    const expected = '    f--(xH)-f--(xH)-f-----';

    expectObservable(oneByOne(one, two, three).pipe(told())).toBe(expected);
    expectSubscriptions(two.subscriptions).toBe(twoSubs);
    expectSubscriptions(three.subscriptions).toBe(threeSubs);
  });

  marbles('is followed even where it could not be started', ({ cold, expectObservable, expectSubscriptions }) => {
    const one = cold('    f--(n#)        ', life(), crash);
    const two = cold('            f------', life(), crash);
    const twoSubs = '     --------^------';
    const expected = '    f--(xH)-f------';

    expectObservable(oneByOne(one, two).pipe(told())).toBe(expected);
    expectSubscriptions(two.subscriptions).toBe(twoSubs);
  });

  marbles(
    'is followed by one worker when it begins to leave, and stays subscribed until its exit',
    ({ cold, expectObservable, expectSubscriptions }) => {
      const one = cold('    f--g--------(w#)  ', life(), crash);
      const oneSubs = '     ^-----------!-----';
      const two = cold('            f---------', life(), crash);
      const twoSubs = '     --------^---------';
      const three = cold('                    f ', life(), crash);
      const expected = '    f--(gH)-f---x-----';

      expectObservable(oneByOne(one, two, three).pipe(told())).toBe(expected);
      expectSubscriptions(one.subscriptions).toBe(oneSubs);
      expectSubscriptions(two.subscriptions).toBe(twoSubs);
      expectSubscriptions(three.subscriptions).toBe([]);
    },
  );

  marbles('is the last one where that is not wanted', ({ cold, expectObservable, expectSubscriptions }) => {
    const one = cold('    f--c#          ', life(), crash);
    const two = cold('            f------', life(), crash);
    const expected = '    f--x|          ';

    expectObservable(oneByOne(one, two).pipe(told({ decide: () => EMPTY }))).toBe(expected);
    expectSubscriptions(two.subscriptions).toBe([]);
  });

  marbles(
    'without a decision when it begins to leave is decided about again at its exit, and respawned once',
    ({ cold, expectObservable }) => {
      const ill = { ...life(), w: { ...life().w, code: 1, uptime: 500 } };
      const one = cold('    f-g-(w#)         ', ill, crash);
      const two = cold('              f------', life(), crash);
      const expected = '    f-g-(xH)-f-------';

      const failed = told({
        // It served until it began to leave.
        decide: (left) => (left.type === 'exit' && left.code !== 0 ? of(backoff(left.uptime)) : EMPTY),
      });
      expectObservable(oneByOne(one, two).pipe(failed)).toBe(expected);
      expectObservable(oneByOne(cold('f-g-(w|)', life())).pipe(failed)).toBe('f-g-(x|)');
    },
  );

  marbles(
    'is the last one if the decision has no delay: the decision is emitted, and nothing follows',
    ({ cold, expectObservable, expectSubscriptions }) => {
      const one = cold('    f--(c#)        ', life(), crash);
      const two = cold('            f------', life(), crash);
      const expected = '    f--(xG|)       ';

      const giveUp = { type: 'give-up', slot: 1, worker: ref(), why: '', reason: 'test', spent: 5, limit: 5 } as const;
      expectObservable(oneByOne(one, two).pipe(told({ decide: () => of(giveUp) }))).toBe(expected);
      expectSubscriptions(two.subscriptions).toBe([]);
    },
  );

  marbles('is decided about by the event with which it left', ({ cold, expectObservable }) => {
    const one = cold('    f--(g#)', life(), crash);
    const expected = '    f--(gG|)';

    const G: EventDraft = {
      type: 'give-up',
      slot: 1,
      worker: ref(),
      why: 'leaving',
      reason: 'test',
      spent: 5,
      limit: 5,
    };
    expectObservable(oneByOne(one).pipe(again({ decide: giveUpAfter }))).toBe(expected, { ...life(), G });
  });
});

describe('the loop ends', () => {
  marbles('when the worker has left because it was asked to', ({ cold, expectObservable, expectSubscriptions }) => {
    const one = cold('    f--tx|', life(), crash);
    const two = cold('          f', life(), crash);
    const expected = '    f--tx|';

    expectObservable(oneByOne(one, two).pipe(told())).toBe(expected);
    expectSubscriptions(two.subscriptions).toBe([]);
  });

  marbles('with the error of a life that is no crash, because that is a bug', ({ cold, expectObservable }) => {
    const bug = new TypeError('a bug');
    const one = cold('    f--#', life(), bug);
    const expected = '    f--#';

    expectObservable(oneByOne(one).pipe(told())).toBe(expected, undefined, bug);
  });

  marbles('when the next one is not yet due', ({ hot, cold, expectObservable, expectSubscriptions }) => {
    const one = cold('    f--(c#)        ', life(), crash);
    const two = cold('            f      ', life(), crash);
    const retired = hot(' -------t-------');
    const retiredSubs = ['---(^!)--------', '---^---!-------'];
    const expected = '    f--(xH)|       ';

    expectObservable(oneByOne(one, two).pipe(told({ retired$: retired }))).toBe(expected);
    expectSubscriptions(two.subscriptions).toBe([]);
    expectSubscriptions(retired.subscriptions).toBe(retiredSubs);
  });

  marbles('without a decision when it had been retired before', ({ cold, expectObservable, expectSubscriptions }) => {
    const one = cold('    f--(c#)  ', life(), crash);
    const two = cold('       f     ', life(), crash);
    const expected = '    f--(x|)  ';

    expectObservable(oneByOne(one, two).pipe(told({ retired$: of('t') }))).toBe(expected);
    expectSubscriptions(two.subscriptions).toBe([]);
  });

  marbles(
    'only when the process has exited: retiring does not unsubscribe it',
    ({ hot, cold, expectObservable, expectSubscriptions }) => {
      const one = cold('    f--(c#)                ', life(), crash);
      const two = cold('            f-----tx|      ', life(), crash);
      const twoSubs = '     --------^-------!------';
      const retired = hot(' -------------t---------');
      const expected = '    f--(xH)-f-----tx|      ';

      expectObservable(oneByOne(one, two).pipe(told({ retired$: retired }))).toBe(expected);
      expectSubscriptions(two.subscriptions).toBe(twoSubs);
    },
  );

  marbles('at once when unsubscribed, from the process', ({ cold, expectObservable, expectSubscriptions }) => {
    const one = cold('    f--g-----------', life(), crash);
    const oneSubs = '     ^----------!---';
    const two = cold('            f------', life(), crash);
    const twoSubs = '     --------^--!---';
    const unsub = '       -----------!---';
    const expected = '    f--(gH)-f------';

    expectObservable(oneByOne(one, two).pipe(told()), unsub).toBe(expected);
    expectSubscriptions(one.subscriptions).toBe(oneSubs);
    expectSubscriptions(two.subscriptions).toBe(twoSubs);
  });

  marbles('at once when unsubscribed, from the delay', ({ hot, cold, expectObservable, expectSubscriptions }) => {
    const one = cold('    f--(c#)        ', life(), crash);
    const two = cold('            f------', life(), crash);
    const retired = hot(' ---------------');
    const retiredSubs = ['---(^!)--------', '---^---!-------'];
    const unsub = '       -------!-------';
    const expected = '    f--(xH)--------';

    expectObservable(oneByOne(one, two).pipe(told({ retired$: retired })), unsub).toBe(expected);
    expectSubscriptions(two.subscriptions).toBe([]);
    expectSubscriptions(retired.subscriptions).toBe(retiredSubs);
  });
});

describe('while the slot is contested', () => {
  const contested = { T: true, F: false };

  marbles('nothing is decided before it is free again', ({ hot, cold, expectObservable, expectSubscriptions }) => {
    const one = cold('    f--c#            ', life(), crash);
    const two = cold('                 f---', life(), crash);
    const twoSubs = '     -------------^---';
    const contest = hot(' --T-----F--------', contested);
    const expected = '    f--x----H----f---';

    const contested$ = new BehaviorSubject(false);
    contest.subscribe(contested$);
    expectObservable(oneByOne(one, two).pipe(told({ contested$ }))).toBe(expected);
    expectSubscriptions(two.subscriptions).toBe(twoSubs);
  });

  marbles('nothing is decided if it is retired then', ({ hot, cold, expectObservable, expectSubscriptions }) => {
    const one = cold('    f--c#            ', life(), crash);
    const two = cold('                 f---', life(), crash);
    const contest = hot(' --------F--------', contested);
    const contestSubs = ' ---^---!---------';
    const retired = hot(' -------t---------');
    const retiredSubs = ' ---^---!---------';
    const expected = '    f--x---|---------';

    expectObservable(oneByOne(one, two).pipe(told({ contested$: contest, retired$: retired }))).toBe(expected);
    expectSubscriptions(two.subscriptions).toBe([]);
    expectSubscriptions(contest.subscriptions).toBe(contestSubs);
    expectSubscriptions(retired.subscriptions).toBe(retiredSubs);
  });

  marbles(
    'a delay that runs out waits until it is free again',
    ({ hot, cold, expectObservable, expectSubscriptions }) => {
      const one = cold('    f--(c#)             ', life(), crash);
      const two = cold('                    f---', life(), crash);
      const twoSubs = '     ----------------^---';
      const contest = hot(' -----T----------F---', contested);
      const expected = '    f--(xH)---------f---';

      const contested$ = new BehaviorSubject(false);
      contest.subscribe(contested$);
      expectObservable(oneByOne(one, two).pipe(told({ contested$ }))).toBe(expected);
      expectSubscriptions(two.subscriptions).toBe(twoSubs);
    },
  );

  marbles(
    'a delay that has run out ends when it is retired',
    ({ hot, cold, expectObservable, expectSubscriptions }) => {
      const one = cold('    f--(c#)             ', life(), crash);
      const two = cold('                    f---', life(), crash);
      const contest = hot(' -----T----------F---', contested);
      const retired = hot(' ------------t-------');
      const expected = '    f--(xH)-----|-------';

      const contested$ = new BehaviorSubject(false);
      contest.subscribe(contested$);
      expectObservable(oneByOne(one, two).pipe(told({ contested$, retired$: retired }))).toBe(expected);
      expectSubscriptions(two.subscriptions).toBe([]);
    },
  );
});
