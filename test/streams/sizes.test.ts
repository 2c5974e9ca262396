import { BehaviorSubject, filter, NEVER, type Observable, of } from 'rxjs';
import { describe } from 'vitest';
import type { CoreEvent, EventOf, ClusterCommand } from '../../src/vocabulary/events.js';
import type { SizeDecision } from '../../src/vocabulary/sizeDecision.js';
import { is } from '../../src/api/is.js';
import { sizes$ } from '../../src/streams/sizes.js';
import { counted, marbles, plainError, stamped, withoutStacks } from '../marbles.js';

const signal = (name: string, action: EventOf<CoreEvent, 'signal'>['action']) =>
  stamped({ type: 'signal', signal: name, action });
const heard: Readonly<Record<string, CoreEvent>> = {
  i: signal('SIGTTIN', 'scale-up'),
  o: signal('SIGTTOU', 'scale-down'),
  u: signal('SIGUSR2', 'restart'),
  x: stamped({ type: 'shutdown', force: false, why: 'asked' }),
};
const wished: Readonly<Record<string, ClusterCommand>> = {
  4: { type: 'scale', to: 4, why: 'scale()' },
  r: { type: 'restart', request: 'r', why: 'asked' },
};

interface Around {
  readonly followed$?: Observable<number | SizeDecision | Error>;
  readonly wishes$?: Observable<ClusterCommand>;
  readonly events$?: Observable<CoreEvent>;
}

/** For a cluster of two slots. */
const sizes = ({ followed$ = NEVER, wishes$ = NEVER, events$ = NEVER }: Around) =>
  sizes$({ sizes$: followed$ }, wishes$, of(0), {
    on: (type) => events$.pipe(filter(is(type))),
    state$: new BehaviorSubject(counted(2)),
  }).pipe(withoutStacks());
const scale = (from: number, to: number, why: string) => ({ type: 'scale', from, to, why });
const followed = 'the observable `worker`';

describe('the size of a cluster', () => {
  marbles('follows the observable, which says nothing new by saying it again', ({ cold, expectObservable }) => {
    const followed$ = cold('--a--a--b--', { a: 3, b: 1 });
    const expected = '      --A-----B--';

    expectObservable(sizes({ followed$ })).toBe(expected, { A: scale(2, 3, followed), B: scale(3, 1, followed) });
  });

  marbles('changes with the reason of the observable, which may be a reason to stay', ({ cold, expectObservable }) => {
    const followed$ = cold('--a--b--c--', {
      a: { to: 3, why: 'busy' },
      b: { to: 3, why: 'busy, and 3 is the most' },
      c: 3,
    });
    const expected = '      --A--B-----';

    expectObservable(sizes({ followed$ })).toBe(expected, {
      A: scale(2, 3, 'busy'),
      B: scale(3, 3, 'busy, and 3 is the most'),
    });
  });

  marbles('stays for a value that is no size, which is reported', ({ cold, expectObservable }) => {
    const wrong = new Error('nonsense');
    const followed$ = cold('--a--x--b--', { a: 3, x: wrong, b: 4 });
    const expected = '      --A--X--B--';

    const X = { type: 'error', error: plainError(wrong) };
    expectObservable(sizes({ followed$ })).toBe(expected, { A: scale(2, 3, followed), X, B: scale(3, 4, followed) });
  });

  marbles('stays when the observable completes, which is reported', ({ cold, hot, expectObservable }) => {
    const followed$ = cold('--a--|     ', { a: 3 });
    const events$ = hot('   --------i--', heard);
    const expected = '      --A--B--C--';

    const B = scale(3, 3, `${followed} has completed`);
    expectObservable(sizes({ followed$, events$ })).toBe(expected, {
      A: scale(2, 3, followed),
      B,
      C: scale(3, 4, 'SIGTTIN'),
    });
  });

  marbles('stays when the observable errors, which is reported', ({ cold, hot, expectObservable }) => {
    const followed$ = cold('--a--#     ', { a: 3 }, new Error('no more'));
    const events$ = hot('   --------i--', heard);
    const expected = '      --A--B--C--';

    const error = new Error('worker: the Observable errored: no more. The number of slots stays as it is', {
      cause: new Error('no more'),
    });
    expectObservable(sizes({ followed$, events$ })).toBe(expected, {
      A: scale(2, 3, followed),
      B: { type: 'error', error: plainError(error) },
      C: scale(3, 4, 'SIGTTIN'),
    });
  });

  marbles('is one more, or one fewer, for a signal that says so, and never below one', ({ hot, expectObservable }) => {
    const events$ = hot('--i--u--o--o--o--', heard);
    const expected = '   --A-----B--C--D--';

    expectObservable(sizes({ events$ })).toBe(expected, {
      A: scale(2, 3, 'SIGTTIN'),
      B: scale(3, 2, 'SIGTTOU'),
      C: scale(2, 1, 'SIGTTOU'),
      D: scale(1, 1, 'SIGTTOU, and there is never fewer than one'),
    });
  });

  marbles('is not emitted if it does not change', ({ hot, expectObservable }) => {
    const wishes$ = hot('--4--4--', wished);
    const expected = '   --A-----';

    expectObservable(sizes({ wishes$ })).toBe(expected, { A: scale(2, 4, 'scale()') });
  });

  marbles('continues from the last decision, whatever made it', ({ cold, hot, expectObservable }) => {
    const followed$ = cold('--a--------b--', { a: 3, b: 5 });
    const wishes$ = hot('   --4-----r-----', wished);
    const events$ = hot('   --(ii)--------', heard);
    const expected = '      --(WIJF)---C--';

    expectObservable(sizes({ followed$, wishes$, events$ }).pipe(filter(is('scale')))).toBe(expected, {
      W: scale(2, 4, 'scale()'),
      I: scale(4, 5, 'SIGTTIN'),
      J: scale(5, 6, 'SIGTTIN'),
      F: scale(6, 3, followed),
      C: scale(3, 5, followed),
    });
  });

  marbles('changes no more after a shutdown', ({ cold, hot, expectObservable, expectSubscriptions }) => {
    const followed$ = cold('--a-----b--', { a: 3, b: 4 });
    const subs = '          ^----!-----';
    const wishes$ = hot('   -------4---', wished);
    const events$ = hot('   -----x--i--', heard);
    const expected = '      --A--|     ';

    expectObservable(sizes({ followed$, wishes$, events$ })).toBe(expected, { A: scale(2, 3, followed) });
    expectSubscriptions(followed$.subscriptions).toBe(subs);
    expectSubscriptions(wishes$.subscriptions).toBe(subs);
  });
});
