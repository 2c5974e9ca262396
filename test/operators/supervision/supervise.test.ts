import {
  catchError,
  delay,
  filter,
  merge,
  type Observable,
  of,
  startWith,
  Subject,
  take,
  takeUntil,
  tap,
  throwError,
} from 'rxjs';
import { describe } from 'vitest';
import type { ClusterEvent } from '../../../src/features/index.js';
import { SupervisorError } from '../../../src/vocabulary/errors.js';
import { supervise as supervised, type Supervision } from '../../../src/operators/supervision/supervise.js';
import { hour, marbles, now, setTimeOfDayAt } from '../../marbles.js';

/** A cluster emits its letter; the capital stands for an event in which it takes a signal for a shutdown. */
const told = (cluster: string): ClusterEvent => ({ type: 'started', workers: 1, after: 0, time: 0, seq: 0, cluster });
const heard = (cluster: string): ClusterEvent => ({
  type: 'signal',
  signal: 'SIGTERM',
  action: 'shutdown',
  time: 0,
  seq: 0,
  cluster,
});
const values = {
  a: told('a'),
  b: told('b'),
  c: told('c'),
  A: heard('a'),
  B: heard('b'),
  C: heard('c'),
};

/** Clusters that end 2 ms after they have been asked, and a list of those that were asked. */
const crew = () => {
  const asked$ = new Subject<string>();
  const gone$: Readonly<Record<string, Subject<void>>> = { a: new Subject(), b: new Subject(), c: new Subject() };
  const stop = (cluster: string) => {
    asked$.next(cluster);
    gone$[cluster]?.next();
  };
  const asLong = (name: string, life$: Observable<ClusterEvent>) =>
    life$.pipe(takeUntil((gone$[name] ?? new Subject()).pipe(delay(2))));
  return { asked$, stop, asLong };
};

const text = (who: string) => `oneForAll gives up: ${who} failed: error`;

/** Errors with the error of the cluster that failed. */
const supervise = (...given: Parameters<typeof supervised>) =>
  supervised(...given).pipe(
    catchError((error: unknown) => throwError(() => (error instanceof SupervisorError ? error.cause : error))),
  );

const all = () => 0;
const rest = (failed: number) => failed;
const policy = {
  name: 'test',
  from: all,
  intensity: 1,
  period: 5_000,
  now,
  isTemporary: () => false,
  report: () => {},
} satisfies Partial<Supervision>;

describe('supervise', () => {
  marbles('stops the others, the last first, when one fails, and starts all in order', (t) => {
    const { asked$, stop, asLong } = crew();
    const a = t.cold('        a----------------', values);
    const b = t.cold('        b---#            ', values);
    const c = t.cold('        c----------------', values);
    const aSubs = ['          ^-------!        ', '--------^--!'];
    const bSubs = ['          ^---!            ', '--------^--!'];
    const cSubs = ['          ^-----!          ', '--------^--!'];
    const asked = '           ----c-a          ';
    const expected = '        (abc)---(abc)    ';
    const unsub = '           -----------!     ';

    const result = supervise([asLong('a', a), asLong('b', b), asLong('c', c)], { ...policy, stop, halt$: t.hot('-') });
    t.expectObservable(asked$).toBe(asked);
    t.expectObservable(result, unsub).toBe(expected, values);
    t.expectSubscriptions(a.subscriptions).toBe(aSubs);
    t.expectSubscriptions(b.subscriptions).toBe(bSubs);
    t.expectSubscriptions(c.subscriptions).toBe(cSubs);
  });

  marbles('starts no further child when everything is asked to shut down in the first event of one', (t) => {
    const halt$ = new Subject<void>();
    const end = t.cold('---|', values);
    const a = merge(of(values.a).pipe(tap(() => halt$.next())), end);
    const b = t.cold('   b---', values);
    const expected = '   a--|';

    t.expectObservable(supervise([a, b], { ...policy, stop: () => {}, halt$ })).toBe(expected, values);
    t.expectSubscriptions(b.subscriptions).toBe([]);
  });

  marbles('does not stop the children before the failed one if only the later ones share its failure', (t) => {
    const { asked$, stop, asLong } = crew();
    const a = t.cold('        a----------', values);
    const b = t.cold('        b---#      ', values);
    const c = t.cold('        c----------', values);
    const asked = '           ----c      ';
    const expected = '        (abc)-(bc) ';
    const aSubs = '           ^--------! ';
    const unsub = '           ---------! ';

    const result = supervise([asLong('a', a), asLong('b', b), asLong('c', c)], {
      ...policy,
      from: rest,
      stop,
      halt$: t.hot('-'),
    });
    t.expectObservable(asked$).toBe(asked);
    t.expectObservable(result, unsub).toBe(expected, values);
    t.expectSubscriptions(a.subscriptions).toBe(aSubs);
  });

  marbles('does not restart a child that has completed, and completes when all have', (t) => {
    const { stop, asLong } = crew();
    const a = t.cold('        a-|       ', values);
    const b = t.cold('        b---|     ', values);
    const expected = '        (ab)|     ';
    const aSubs = '           ^-!       ';
    const bSubs = '           ^---!     ';

    const result = supervise([asLong('a', a), asLong('b', b)], { ...policy, stop, halt$: t.hot('-') });
    t.expectObservable(result).toBe(expected, values);
    t.expectSubscriptions(a.subscriptions).toBe(aSubs);
    t.expectSubscriptions(b.subscriptions).toBe(bSubs);
  });

  marbles('errors with the latest failure, after stopping the others, if there are too many restarts', (t) => {
    const { asked$, stop, asLong } = crew();
    const a = t.cold('        a-----------', values);
    const b = t.cold('        b---#       ', values);
    const expected = '        (ab)--(ab)--#';
    const asked = '           ----a-----a ';
    const unsub = '           ------------------!';

    const result = supervise([asLong('a', a), asLong('b', b)], { ...policy, stop, halt$: t.hot('-') });
    t.expectObservable(asked$).toBe(asked);
    t.expectObservable(result, unsub).toBe(expected, values);
  });

  marbles('does not count restarts before the period', (t) => {
    const { stop, asLong } = crew();
    const a = t.cold('        a-----------', values);
    const b = t.cold('        b---#       ', values);
    const expected = '        (ab)--(ab)--(ab)-';
    const unsub = '           ---------------!';

    const result = supervise([asLong('a', a), asLong('b', b)], { ...policy, period: 5, stop, halt$: t.hot('-') });
    t.expectObservable(result, unsub).toBe(expected, values);
  });

  marbles('counts a restart that is exactly as old as the period', (t) => {
    const { stop, asLong } = crew();
    const a = t.cold('        a-----------', values);
    const b = t.cold('        b---#       ', values);
    const expected = '        (ab)--(ab)--#';
    const unsub = '           ------------------!';

    const result = supervise([asLong('a', a), asLong('b', b)], { ...policy, period: 6, stop, halt$: t.hot('-') });
    t.expectObservable(result, unsub).toBe(expected, values);
  });

  for (const by of [hour, -hour]) {
    marbles(`counts and forgets restarts by the time that has passed, with the time of day set by ${by} ms`, (t) => {
      const { stop, asLong } = crew();
      const a = t.cold('        a-----------', values);
      const b = t.cold('        b---#       ', values);
      const forgotten = '       (ab)--(ab)--(ab)-';
      const counted = '         (ab)--(ab)--#';
      const unsub = '           ---------------!';

      const within = (period: number) =>
        supervise([asLong('a', a), asLong('b', b)], { ...policy, period, stop, halt$: t.hot('-') });
      setTimeOfDayAt(6, by);
      t.expectObservable(within(5), unsub).toBe(forgotten, values);
      t.expectObservable(within(6), unsub).toBe(counted, values);
    });
  }

  marbles('errors when a child cannot start, and stops the others', (t) => {
    const { asked$, stop, asLong } = crew();
    const a = t.cold('        -------', values).pipe(startWith(values.a));
    const b = throwError(() => 'error');
    const c = t.cold('        c------', values);
    const expected = '        a-#    ';
    const asked = '           a      ';

    const result = supervise([asLong('a', a), b, asLong('c', c)], {
      ...policy,
      intensity: 9,
      stop,
      halt$: t.hot('-'),
    });
    t.expectObservable(asked$).toBe(asked);
    t.expectObservable(result).toBe(expected, values);
    t.expectSubscriptions(c.subscriptions).toBe([]);
  });

  marbles('starts nothing after a shutdown request during a restart', (t) => {
    const { stop, asLong } = crew();
    const a = t.cold('        a-----------', values);
    const b = t.cold('        b---#       ', values);
    const halt = t.hot('      -----h      ');
    const expected = '        (ab)--|     ';
    const bSubs = '           ^---!       ';

    const result = supervise([asLong('a', a), asLong('b', b)], { ...policy, stop, halt$: halt });
    t.expectObservable(result).toBe(expected, values);
    t.expectSubscriptions(b.subscriptions).toBe(bSubs);
    t.expectSubscriptions(halt.subscriptions).toBe('^-----!');
  });

  marbles('unsubscribes a child in the middle of its first event', (t) => {
    const { stop } = crew();
    const a = t.cold('       -----', values);
    const expected = '       (a|)';

    // The first event comes while the child is being subscribed.
    const result = supervise([merge(a, of(told('a')))], { ...policy, stop, halt$: t.hot('-') });
    t.expectObservable(result.pipe(take(1))).toBe(expected, values);
    t.expectSubscriptions(a.subscriptions).toBe('(^!)');
  });

  marbles('asks a child to shut down when halt$ emits during its first event, and waits for it', (t) => {
    const { asked$, stop, asLong } = crew();
    const halt$ = new Subject<void>();
    const a = t.cold('        --a------', values);
    const b = t.cold('        b--------', values);
    const asked = '           --a------';
    const expected = '        b-a-|    ';
    const aSubs = '           ^---!    ';

    // A subscriber that gets the event before the supervisor may request the shutdown inside it.
    const first = asLong('a', a.pipe(tap(() => halt$.next())));
    const result = supervise([first, b.pipe(takeUntil(halt$.pipe(delay(1))))], { ...policy, stop, halt$ });
    t.expectObservable(asked$).toBe(asked);
    t.expectObservable(result).toBe(expected, values);
    t.expectSubscriptions(a.subscriptions).toBe(aSubs);
  });

  marbles('treats a signal to one child during a restart as a shutdown of all', (t) => {
    const { stop, asLong } = crew();
    const a = t.cold('        a----A------', values);
    const b = t.cold('        b---#       ', values);
    const expected = '        (ab)-A|      ';

    const result = supervise([asLong('a', a), asLong('b', b)], { ...policy, stop, halt$: t.hot('-') });
    t.expectObservable(result).toBe(expected, values);
  });

  marbles('treats a failure of a child that was asked to shut down as its end', (t) => {
    const { asked$, stop, asLong } = crew();
    const a = t.cold('        a---A---|   ', values);
    const b = t.cold('        b---B-#     ', values);
    const expected = '        (ab)(AB)|   ';

    const result = supervise([asLong('a', a), asLong('b', b)], { ...policy, stop, halt$: t.hot('-') });
    t.expectObservable(asked$).toBe('-');
    t.expectObservable(result).toBe(expected, values);
  });

  marbles('unsubscribes a child without a running cluster, for a restart and for a shutdown', (t) => {
    const { asked$, stop, asLong } = crew();
    const a = t.cold('        a---#       ', values);
    const b = t.cold('        ---------b--', values);
    const halt = t.hot('      ------h     ');
    const bSubs = ['          ^---!       ', '----^-!'];
    const unsub = '           -------!    ';

    const result = supervise([asLong('a', a), b], { ...policy, from: rest, stop, halt$: halt });
    t.expectObservable(asked$).toBe('-');
    t.expectObservable(result, unsub).toBe('a---a', values);
    t.expectSubscriptions(b.subscriptions).toBe(bSubs);
  });

  marbles('extends a restart to an earlier child that fails meanwhile', (t) => {
    const { asked$, stop, asLong } = crew();
    const a = t.cold('        a----#      ', values);
    const b = t.cold('        b---#       ', values);
    const c = t.cold('        c-----------', values);
    const asked = '           ----c       ';
    const expected = '        (abc)-(abc) ';
    const unsub = '           ---------!  ';

    const result = supervise([asLong('a', a), asLong('b', b), asLong('c', c)], {
      ...policy,
      intensity: 2,
      from: rest,
      stop,
      halt$: t.hot('-'),
    });
    t.expectObservable(asked$, unsub).toBe(asked);
    t.expectObservable(result, unsub).toBe(expected, values);
  });

  marbles('counts such a failure as another restart', (t) => {
    const { stop, asLong } = crew();
    const a = t.cold('        a----#      ', values);
    const b = t.cold('        b---#       ', values);
    const c = t.cold('        c-----------', values);
    const expected = '        (abc)-#     ';
    const unsub = '           ---------!  ';

    const result = supervise([asLong('a', a), asLong('b', b), asLong('c', c)], {
      ...policy,
      from: rest,
      stop,
      halt$: t.hot('-'),
    });
    t.expectObservable(result, unsub).toBe(expected, values);
  });

  marbles('errors with the name of the cluster whose event came last, or the number of the child', (t) => {
    const failing = t.cold('  a-#', values);
    const end = t.cold('      a-e#', { a: told('x'), e: { ...told('x'), cluster: 'b' } });
    const mute = t.cold<ClusterEvent>('     --#');
    const whose = (child$: Observable<ClusterEvent>) => {
      const { stop, asLong } = crew();
      return supervised([asLong('c', t.cold('c----', values)), child$], {
        ...policy,
        name: 'oneForAll',
        intensity: 0,
        stop,
        halt$: t.hot('-'),
      }).pipe(
        filter(() => false),
        catchError((error: unknown) =>
          of(error instanceof SupervisorError ? [error.supervisor, error.cluster, error.message, error.cause] : error),
        ),
      );
    };
    t.expectObservable(whose(failing)).toBe('----(e|)', { e: ['oneForAll', 'a', text("cluster 'a'"), 'error'] });
    t.expectObservable(whose(end)).toBe('     -----(e|)', { e: ['oneForAll', 'b', text("cluster 'b'"), 'error'] });
    t.expectObservable(whose(mute)).toBe('    ----(e|)', { e: ['oneForAll', undefined, text('child 2'), 'error'] });
  });

  marbles('does not restart a temporary child that was stopped because another failed', (t) => {
    const { asked$, stop, asLong } = crew();
    const a = t.cold('        a---------', values);
    const b = t.cold('        b---#     ', values);
    const asked = '           ----a     ';
    const expected = '        (ab)--b---';
    const aSubs = '           ^-----!   ';
    const unsub = '           ---------!';

    const temporary = { ...policy, isTemporary: (cluster: string) => cluster === 'a' };
    const result = supervise([asLong('a', a), asLong('b', b)], { ...temporary, stop, halt$: t.hot('-') });
    t.expectObservable(asked$).toBe(asked);
    t.expectObservable(result, unsub).toBe(expected, values);
    t.expectSubscriptions(a.subscriptions).toBe(aSubs);
  });

  marbles('reports the failure of a temporary child, and stops and starts no other', (t) => {
    const { asked$, stop, asLong } = crew();
    const a = t.cold('        a---#     ', values);
    const b = t.cold('        b-------| ', values);
    const expected = '        (ab)----| ';
    const reported = '        ----r     ';
    const aSubs = '           ^---!     ';
    const bSubs = '           ^-------! ';

    const report$ = new Subject<unknown>();
    const temporary = {
      ...policy,
      isTemporary: (cluster: string) => cluster === 'a',
      report: (error: unknown) => report$.next(error),
    };
    const result = supervise([asLong('a', a), asLong('b', b)], { ...temporary, stop, halt$: t.hot('-') });
    t.expectObservable(asked$).toBe('-');
    t.expectObservable(report$).toBe(reported, { r: 'error' });
    t.expectObservable(result).toBe(expected, values);
    t.expectSubscriptions(a.subscriptions).toBe(aSubs);
    t.expectSubscriptions(b.subscriptions).toBe(bSubs);
  });
});
