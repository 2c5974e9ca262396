import { map, type Observable, timer } from 'rxjs';
import { announce, type AnnounceEvent } from '../../../src/fleet/membership/announce.js';
import type { MemberRecord } from '../../../src/fleet/records/member.js';
import type { FleetStore } from '../../../src/fleet/store/store.js';
import { marbles } from '../../marbles.js';
import { simulatedStore } from '../simulatedStore.js';
import { aMember } from './aMember.js';

const told = (events$: Observable<AnnounceEvent>): Observable<string> =>
  events$.pipe(map((event) => (event.type === 'joined' ? event.type : event.problem)));

const at = (ms: number, does: () => unknown): void => {
  timer(ms).subscribe(does);
};

/** What is written, by host: `+` for a record, `-` when it is removed. */
const written = (system: ReturnType<typeof simulatedStore>): Observable<string> =>
  system.writes$.pipe(map(({ host, value }) => `${host}${value === undefined ? '-' : '+'}`));

const announcing = (store: FleetStore, record$: Observable<MemberRecord>) => told(record$.pipe(announce(store)));

marbles(
  'a host joins, says every 5 s that it is there, and removes its record when it leaves',
  ({ cold, expectObservable }) => {
    const system = simulatedStore();
    expectObservable(written(system)).toBe('-a 5001ms a 5001ms a 1000ms r', { a: 'a+', r: 'a-' });
    expectObservable(announcing(system.host('a'), cold('r', { r: aMember('a') })), '^ 11004ms !').toBe('--j', {
      j: 'joined',
    });
  },
);

marbles('changes are written together, a second after the last write', ({ cold, expectObservable }) => {
  const system = simulatedStore();
  const records = { a: aMember('a'), b: aMember('a', { pid: 2 }), c: aMember('a', { pid: 3 }) };
  expectObservable(system.writes$.pipe(map(({ value }) => value))).toBe('-a 1001ms c 5001ms c', records);
  expectObservable(announcing(system.host('a'), cold('a---b---c', records)), '^ 6500ms !').toBe('--j', { j: 'joined' });
  at(6_400, () => system.kill('a'));
});

marbles('a host that was cut off is a member again as soon as it is back', ({ cold, expectObservable }) => {
  const system = simulatedStore();
  at(100, () => system.cut('a'));
  at(33_000, () => system.heal('a'));
  at(34_000, () => system.kill('a'));
  expectObservable(written(system)).toBe('-a 33005ms b', { a: 'a+', b: 'a+' });
  expectObservable(announcing(system.host('a'), cold('r', { r: aMember('a') })), '^ 35s !').toBe('--j', {
    j: 'joined',
  });
});

marbles('a write whose answer was lost is found again', ({ cold, expectObservable }) => {
  const system = simulatedStore({ latency: () => 5, timeout: 50, notices: 10_000 });
  // The request arrives, and the answer does not.
  at(6, () => system.cut('a'));
  at(100, () => system.heal('a'));
  at(2_000, () => system.kill('a'));
  expectObservable(written(system)).toBe('-----a 1069ms a', { a: 'a+' });
  expectObservable(announcing(system.host('a'), cold('r', { r: aMember('a') })), '^ 3s !').toBe('1080ms j', {
    j: 'joined',
  });
});

marbles('the name of a master that was killed is free after 12.5 s without a word', ({ cold, expectObservable }) => {
  const system = simulatedStore();
  system
    .host('b')
    .create('members', 'a', aMember('a', { instance: 'before' }))
    .subscribe();
  expectObservable(announcing(system.host('a'), cold('-r', { r: aMember('a') })), '^ 13s !').toBe('12507ms j', {
    j: 'joined',
  });
});

marbles(
  'of two masters with one name the second is told once, and joins when the first has left',
  ({ cold, expectObservable }) => {
    const system = simulatedStore();
    const first = cold('r', { r: aMember('a', { instance: 'first', pid: 41 }) });
    const second = cold('----r', { r: aMember('a', { instance: 'second', pid: 42 }) });
    expectObservable(announcing(system.host('a'), first), '^ 40s !').toBe('--j', { j: 'joined' });
    expectObservable(announcing(system.host('b'), second), '^ 60s !').toBe('12512ms t 40017ms j', {
      t: 'another master with pid 41 is in the fleet as a. Give each host a name of its own (host), or stop that master',
      j: 'joined',
    });
  },
);

marbles('an entry that the store has lost is written again', ({ cold, expectObservable }) => {
  const system = simulatedStore();
  at(100, () => system.lose('members'));
  at(5_500, () => system.kill('a'));
  expectObservable(written(system)).toBe('-a 5005ms b', { a: 'a+', b: 'a+' });
  expectObservable(announcing(system.host('a'), cold('r', { r: aMember('a') })), '^ 6s !').toBe('--j', { j: 'joined' });
});

marbles('completes with its source', ({ cold, expectObservable }) => {
  const system = simulatedStore();
  expectObservable(announcing(system.host('a'), cold('r-----|', { r: aMember('a') }))).toBe('--j---|', { j: 'joined' });
  expectObservable(written(system)).toBe('-a-----r', { a: 'a+', r: 'a-' });
});
