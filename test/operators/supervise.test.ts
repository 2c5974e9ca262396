import { delay, merge, type Observable, of, startWith, Subject, take, takeUntil, throwError } from 'rxjs';
import { describe } from 'vitest';
import type { ClusterEvent } from '../../src/events.js';
import { supervise, type Supervision } from '../../src/operators/supervise.js';
import { hour, marbles, now, setTimeOfDayAt } from '../marbles.js';

/** A cluster tells of itself by its letter; by the capital that it has taken a signal for a shutdown. */
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

/** Clusters that go 2 ms after they have been asked, and who was asked. */
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

const all = () => 0;
const rest = (failed: number) => failed;
const policy = { name: 'test', from: all, intensity: 1, period: 5_000, now } satisfies Partial<Supervision>;

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

  marbles('leaves those before it alone where only the rest shares a failure', (t) => {
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

  marbles('does not start again who has ended by itself, and completes when all have', (t) => {
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

  marbles('gives up with the latest failure, when the others have been stopped, if it is one too many', (t) => {
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

  marbles('forgets restarts that are longer ago than the period', (t) => {
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

  marbles('gives up at once with a child that could not start, and stops those that did', (t) => {
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

  marbles('starts nothing any more when everything is asked to shut down during a restart', (t) => {
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

  marbles('lets go of a child in the middle of its first event', (t) => {
    const { stop } = crew();
    const a = t.cold('       -----', values);
    const expected = '       (a|)';

    // The first event comes while the child is being subscribed.
    const result = supervise([merge(a, of(told('a')))], { ...policy, stop, halt$: t.hot('-') });
    t.expectObservable(result.pipe(take(1))).toBe(expected, values);
    t.expectSubscriptions(a.subscriptions).toBe('(^!)');
  });

  marbles('takes a signal that a child heard during a restart for the end of all', (t) => {
    const { stop, asLong } = crew();
    const a = t.cold('        a----A------', values);
    const b = t.cold('        b---#       ', values);
    const expected = '        (ab)-A|      ';

    const result = supervise([asLong('a', a), asLong('b', b)], { ...policy, stop, halt$: t.hot('-') });
    t.expectObservable(result).toBe(expected, values);
  });

  marbles('takes the failure of a child that was asked to go for its end', (t) => {
    const { asked$, stop, asLong } = crew();
    const a = t.cold('        a---A---|   ', values);
    const b = t.cold('        b---B-#     ', values);
    const expected = '        (ab)(AB)|   ';

    const result = supervise([asLong('a', a), asLong('b', b)], { ...policy, stop, halt$: t.hot('-') });
    t.expectObservable(asked$).toBe('-');
    t.expectObservable(result).toBe(expected, values);
  });

  marbles('lets go of a child in which nothing runs, where it is stopped and where all is to end', (t) => {
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

  marbles('widens a restart to one that fails while those after it are stopped', (t) => {
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

  marbles('takes such a failure for one more', (t) => {
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
});
