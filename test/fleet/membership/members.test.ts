import { concatMap, from, map, type Observable, pairwise, timer } from 'rxjs';
import { knownMembers$, members$ } from '../../../src/fleet/membership/members.js';
import type { MembershipEvent } from '../../../src/fleet/membership/events.js';
import type { FleetStore } from '../../../src/fleet/store/store.js';
import { marbles } from '../../marbles.js';
import { simulatedStore } from '../simulatedStore.js';
import { aMember } from './aMember.js';

const sentence = (event: MembershipEvent): string => {
  switch (event.type) {
    case 'member-joined':
      return `${event.host} joined${event.already ? ' before' : ''}`;
    case 'member-changed':
      return `${event.host} changed`;
    case 'member-left':
      return `${event.host} left: ${event.why}`;
    case 'member-unreadable':
      return `${event.host}: ${event.problem}`;
    default:
      return Object.entries(event.versions)
        .map(([version, hosts]) => `${version}: ${hosts.join(' ')}`)
        .join(', ');
  }
};

/** The events that are told together, and who is in the fleet. */
const seenBy = (store: FleetStore): Observable<string> =>
  knownMembers$(store).pipe(
    map(({ members, events }) => `${events.map(sentence).join('; ')} [${[...members.keys()].join(' ')}]`),
  );

const at = (ms: number, does: () => Observable<unknown>): void => {
  timer(ms).pipe(concatMap(does)).subscribe();
};

marbles(
  'the members that are there are told together, and then each that joins, changes or leaves',
  ({ expectObservable }) => {
    const system = simulatedStore();
    const hosts = system.host('hosts');
    at(0, () => hosts.create('members', 'a', aMember('a')));
    at(10, () => hosts.create('members', 'b', aMember('b')));
    at(20, () => hosts.update('members', 'a', aMember('a', { pid: 2 }), 1));
    at(30, () => hosts.update('members', 'a', aMember('a', { pid: 2 }), 3));
    at(40, () => hosts.remove('members', 'b', 2));
    expectObservable(timer(3).pipe(concatMap(() => seenBy(system.host('c')))), '^ 100ms !').toBe(
      '-----n------j---------c-------------------l',
      {
        n: 'a joined before [a]',
        j: 'b joined [a b]',
        c: 'a changed [a b]',
        l: 'b left: left [a]',
      },
    );
  },
);

marbles('an empty fleet is told too', ({ expectObservable }) => {
  expectObservable(seenBy(simulatedStore().host('a')), '^ 30s !').toBe('--n', { n: ' []' });
});

marbles(
  'a host of which nothing is heard for 20 s has left, and joins when it is heard again',
  ({ expectObservable }) => {
    const system = simulatedStore({ ttl: { members: 60_000 } });
    const hosts = system.host('hosts');
    at(10, () => hosts.create('members', 'a', aMember('a')));
    at(5_010, () => hosts.update('members', 'a', aMember('a'), 1));
    at(40_000, () => hosts.update('members', 'a', aMember('a'), 2));
    expectObservable(seenBy(system.host('b')), '^ 50s !').toBe('--n---------j 27487ms l 12501ms j', {
      n: ' []',
      j: 'a joined [a]',
      l: 'a left: silent []',
    });
  },
);

marbles(
  'while this host is cut off nobody leaves, and what happened is told when it is back',
  ({ expectObservable }) => {
    const system = simulatedStore({ ttl: { members: 600_000 } });
    const hosts = system.host('hosts');
    at(10, () => from(['a', 'b']).pipe(concatMap((host) => hosts.create('members', host, aMember(host)))));
    at(100, () => from([system.cut('c')]));
    at(60_000, () => hosts.remove('members', 'b', 2));
    at(100_000, () => from([system.heal('c')]));
    // Host a is alive; it says so every 5 s.
    at(103_000, () => hosts.update('members', 'a', aMember('a'), 1));
    expectObservable(seenBy(system.host('c')), '^ 110s !').toBe('--n---------a-b 99986ms l', {
      n: ' []',
      a: 'a joined [a]',
      b: 'b joined [a b]',
      l: 'b left: left [a]',
    });
  },
);

marbles('a master that was started again has left and joined', ({ expectObservable }) => {
  const system = simulatedStore();
  const hosts = system.host('hosts');
  at(10, () => hosts.create('members', 'a', aMember('a')));
  at(20, () => hosts.update('members', 'a', aMember('a', { instance: 'a2' }), 1));
  expectObservable(seenBy(system.host('b')), '^ 100ms !').toBe('--n---------j---------r', {
    n: ' []',
    j: 'a joined [a]',
    r: 'a left: restarted; a joined [a]',
  });
});

marbles('a value that is no record is told once, and its host is no member', ({ expectObservable }) => {
  const system = simulatedStore();
  const hosts = system.host('hosts');
  at(10, () => hosts.create('members', 'a', aMember('a')));
  at(20, () => hosts.update('members', 'a', { ...aMember('a'), format: 9 }, 1));
  at(30, () => hosts.update('members', 'a', { ...aMember('a'), format: 9 }, 2));
  at(40, () => hosts.create('members', 'b', aMember('c')));
  at(50, () => hosts.update('members', 'a', aMember('a'), 3));
  expectObservable(seenBy(system.host('b')), '^ 100ms !').toBe(
    '--n---------j---------u-------------------w---------j',
    {
      n: ' []',
      j: 'a joined [a]',
      u: 'a left: unreadable; a: format: expected 1, got 9 []',
      w: 'b: host: expected "b", got "c" []',
    },
  );
});

marbles('versions that differ are told when they change', ({ expectObservable }) => {
  const system = simulatedStore();
  const hosts = system.host('hosts');
  const newer = { version: '2.1.0' };
  at(10, () => hosts.create('members', 'a', aMember('a')));
  at(20, () => hosts.create('members', 'b', aMember('b', newer)));
  at(30, () => hosts.create('members', 'c', aMember('c', newer)));
  at(40, () => hosts.update('members', 'a', aMember('a', { ...newer, instance: 'a2' }), 1));
  expectObservable(seenBy(system.host('d')), '^ 100ms !').toBe('--n---------a---------b---------c---------d', {
    n: ' []',
    a: 'a joined [a]',
    b: 'b joined; 2.0.0: a, 2.1.0: b [a b]',
    c: 'c joined [a b c]',
    d: 'a left: restarted; a joined [a b c]',
  });
});

marbles('a version with the name of a property of objects is a version like others', ({ expectObservable }) => {
  const system = simulatedStore();
  const hosts = system.host('hosts');
  at(10, () => hosts.create('members', 'a', aMember('a')));
  at(20, () => hosts.create('members', 'b', aMember('b', { version: 'constructor' })));
  at(30, () => hosts.create('members', 'c', aMember('c', { version: '__proto__' })));
  expectObservable(seenBy(system.host('d')), '^ 100ms !').toBe('--n---------a---------b---------c', {
    n: ' []',
    a: 'a joined [a]',
    b: 'b joined; 2.0.0: a, constructor: b [a b]',
    c: 'c joined; 2.0.0: a, constructor: b, __proto__: c [a b c]',
  });
});

marbles('whoever wants heartbeats gets them, and a new record with each', ({ expectObservable }) => {
  const system = simulatedStore();
  const hosts = system.host('hosts');
  at(10, () => hosts.create('members', 'a', aMember('a')));
  at(20, () => hosts.update('members', 'a', aMember('a'), 1));
  const renewed$ = members$(system.host('b')).pipe(
    map((members) => members.get('a')),
    pairwise(),
    map(([before, now]) => before !== now),
  );
  expectObservable(renewed$, '^ 100ms !').toBe('------------t---------t', { t: true });
});
