import { catchError, map, merge, mergeMap, of, type Observable, timer } from 'rxjs';
import type { Entry, Removed } from '../../src/fleet/store/store.js';
import { marbles } from '../marbles.js';
import { simulatedStore } from './simulatedStore.js';

/** What a watcher sees, as `key=value`, `key-` for a removed key, `ready`. */
const seen = (watched$: Observable<Entry | Removed | 'ready'>): Observable<string> =>
  watched$.pipe(
    map((entry) => {
      if (entry === 'ready') return entry;
      return 'removed' in entry ? `${entry.key}-` : `${entry.key}=${String(entry.value)}`;
    }),
  );

/** The revision that was written, or the name of the error. */
const outcome = (written$: Observable<number>): Observable<number | string> =>
  written$.pipe(catchError((error: unknown) => of(error instanceof Error ? error.name : 'other')));

const at = <T>(ms: number, then: () => Observable<T>): Observable<T> => timer(ms).pipe(mergeMap(then));

const later = (ms: number, act: () => void) => timer(ms).subscribe(act);

marbles('of two hosts that create a key one succeeds, after the way there and back', ({ expectObservable }) => {
  const system = simulatedStore({ latency: () => 2 });
  const create = (name: string) => outcome(system.host(name).create('leases', 'roll.web', name));
  expectObservable(merge(create('a'), create('b'))).toBe('----(ab|)', { a: 1, b: 'StoreConflictError' });
});

marbles('an update needs the revision, and a removed key can be created again', ({ expectObservable }) => {
  const store = simulatedStore().host('a');
  const script$ = merge(
    outcome(store.create('rolls', 'web', 'one')),
    at(4, () => outcome(store.update('rolls', 'web', 'two', 7))),
    at(8, () => outcome(store.update('rolls', 'web', 'two', 1))),
    at(12, () => store.remove('rolls', 'web', 2)),
    at(16, () => outcome(store.create('rolls', 'web', 'three'))),
  );
  expectObservable(script$).toBe('--a---b---c-------(d|)', { a: 1, b: 'StoreConflictError', c: 2, d: 4 });
});

marbles('a watcher gets what there is, then ready, then each change', ({ expectObservable }) => {
  const system = simulatedStore();
  system.host('a').create('members', 'a', 'old').subscribe();
  at(8, () => system.host('b').create('members', 'b', 'new')).subscribe();
  at(12, () => system.host('a').remove('members', 'a', 1)).subscribe();
  expectObservable(at(1, () => seen(system.host('c').watch('members')))).toBe('---(ar)---b---c', {
    a: 'a=old',
    r: 'ready',
    b: 'b=new',
    c: 'a-',
  });
});

marbles(
  'a host that is cut off notices it later, fails at once from then on, and catches up',
  ({ expectObservable }) => {
    const system = simulatedStore({ timeout: 10, notices: 20 });
    const store = system.host('a');
    later(5, () => system.cut('a'));
    at(6, () => system.host('b').create('rolls', 'web', 'missed')).subscribe();
    later(40, () => system.heal('a'));
    expectObservable(store.reachable$).toBe('t 24ms f 15ms t', { t: true, f: false });
    expectObservable(seen(store.watch('rolls'))).toBe('--r 38ms m', { r: 'ready', m: 'web=missed' });
    expectObservable(at(7, () => outcome(store.create('rolls', 'api', 'lost')))).toBe('17ms (u|)', {
      u: 'StoreUnreachableError',
    });
    expectObservable(at(30, () => outcome(store.create('rolls', 'api', 'lost')))).toBe('30ms (u|)', {
      u: 'StoreUnreachableError',
    });
    expectObservable(at(50, () => store.get('rolls', 'api'))).toBe('52ms (n|)', { n: undefined });
  },
);

marbles('a write whose answer is lost has been carried out', ({ expectObservable }) => {
  const system = simulatedStore({ latency: () => 3, timeout: 10 });
  later(4, () => system.cut('a'));
  expectObservable(outcome(system.host('a').create('leases', 'leader', 'a'))).toBe('----------(u|)', {
    u: 'StoreUnreachableError',
  });
  expectObservable(at(11, () => of(system.entries('leases').get('leader')?.value))).toBe('-----------(v|)', { v: 'a' });
});

marbles('a write that TCP holds back is carried out after the host has given it up', ({ expectObservable }) => {
  const system = simulatedStore({ timeout: 10, holds: () => true });
  const store = system.host('a');
  system.cut('a');
  later(20, () => system.heal('a'));
  expectObservable(outcome(store.create('leases', 'leader', 'a'))).toBe('----------(u|)', {
    u: 'StoreUnreachableError',
  });
  expectObservable(system.writes$.pipe(map(({ host, key }) => `${host} ${key}`))).toBe('---------------------w', {
    w: 'a leader',
  });
});

marbles('an entry expires silently, and its key can be created again', ({ expectObservable }) => {
  const system = simulatedStore({ ttl: { leases: 20 } });
  const store = system.host('a');
  store.create('leases', 'leader', 'a').subscribe();
  expectObservable(seen(store.watch('leases'))).toBe('--(ar) 18ms b', { a: 'leader=a', r: 'ready', b: 'leader=b' });
  expectObservable(at(19, () => outcome(system.host('b').create('leases', 'leader', 'b')))).toBe('21ms (c|)', {
    c: 'StoreConflictError',
  });
  expectObservable(at(22, () => outcome(system.host('b').create('leases', 'leader', 'b')))).toBe('24ms (n|)', { n: 2 });
});

marbles('a host that dies is silent, and its next life begins anew', ({ expectObservable }) => {
  const system = simulatedStore();
  const first = system.host('a');
  later(5, () => system.kill('a'));
  at(6, () => system.host('b').create('members', 'b', 'b')).subscribe();
  expectObservable(
    merge(
      seen(first.watch('members')),
      at(6, () => outcome(first.create('members', 'a', 'a'))),
    ),
  ).toBe('--r', { r: 'ready' });
  expectObservable(at(10, () => seen(system.host('a').watch('members')))).toBe('12ms (br)', { b: 'b=b', r: 'ready' });
});

marbles('a server that stops is unreachable for all, and has kept what it stored', ({ expectObservable }) => {
  const system = simulatedStore({ notices: 3 });
  const store = system.host('a');
  store.create('rolls', 'web', 'kept').subscribe();
  later(5, () => system.stop());
  later(15, () => system.start());
  expectObservable(store.reachable$).toBe('t 7ms f 7ms t', { t: true, f: false });
  expectObservable(at(20, () => store.get('rolls', 'web').pipe(map((entry) => entry?.value)))).toBe('22ms (k|)', {
    k: 'kept',
  });
});

marbles('what is published comes to those who are subscribed to the subject', ({ expectObservable }) => {
  const system = simulatedStore();
  const heard = (subject: string) =>
    system
      .host('b')
      .subscribe(subject)
      .pipe(map(({ subject: on, value }) => `${on} ${String(value)}`));
  at(3, () => system.host('a').publish('events.a', 'hello')).subscribe();
  const events = { h: 'events.a hello' };
  expectObservable(heard('events.a')).toBe('-----h', events);
  expectObservable(heard('events.*')).toBe('-----h', events);
  expectObservable(heard('>')).toBe('-----h', events);
  expectObservable(heard('events.a.b')).toBe('-');
});
