import { map, merge, NEVER, type Observable, of, timer } from 'rxjs';
import { decodeRoll } from '../../../src/fleet/records/decodeRoll.js';
import type { RollRecord } from '../../../src/fleet/records/roll.js';
import { type DriverOptions, driveRoll, type HealthGate } from '../../../src/fleet/roll/driveRoll.js';
import { driveRolls } from '../../../src/fleet/roll/driveRolls.js';
import { rolls$ } from '../../../src/fleet/roll/rolls.js';
import { marbles } from '../../marbles.js';
import { type SimulatedStore, simulatedStore } from '../simulatedStore.js';
import { membersOf, pictureOf, roll } from './records.js';

const at = (ms: number, act: () => void) => timer(ms).subscribe(act);

const put = (system: SimulatedStore, record: unknown) => system.host('a').create('rolls', 'shop', record).subscribe();

/** What a host writes. */
const change = (system: SimulatedStore, picture: string) => {
  const { revision = 0, value } = system.entries('rolls').get('shop') ?? {};
  const { phase, why } = decodeRoll(value).record ?? roll(picture);
  const record: RollRecord = { ...roll(picture, { phase }), ...(why !== undefined && { why }) };
  system.host('a').update('rolls', 'shop', record, revision).subscribe();
};

/** Each record of the service, as a picture of its hosts and its phase. */
const written = (system: SimulatedStore): Observable<string> =>
  system.writes$.pipe(
    map(({ value }) => decodeRoll(value).record),
    map((record) => `${pictureOf(record)} ${record?.phase}`),
  );

const members$ = merge(of(membersOf('abc')), NEVER);

const ordersAreDown = () => timer(260).pipe(map(() => 'orders are down'));

const drive = (system: SimulatedStore, name = 'driver', options: Partial<DriverOptions> = {}) => {
  const store = system.host(name);
  return rolls$(store).pipe(driveRoll({ store, members$, ...options }));
};

marbles('a driver asks the canary, lets it soak, asks the next one, and completes when all are done', (helpers) => {
  const { expectObservable } = helpers;
  const system = simulatedStore();
  put(system, roll('ww'));
  at(300, () => change(system, 'dw'));
  at(340, () => change(system, 'dd'));
  expectObservable(written(system)).toBe('-a 249ms b 49ms c 11ms d 27ms e-f', {
    a: 'ww running',
    b: 'aw running',
    c: 'dw running',
    d: 'da running',
    e: 'dd running',
    f: 'dd done',
  });
  expectObservable(drive(system)).toBe('344ms |');
});

marbles('a host that does not report in time halts the roll', ({ expectObservable }) => {
  const system = simulatedStore();
  put(system, roll('ww'));
  expectObservable(written(system)).toBe('-a 249ms b 51ms c', { a: 'ww running', b: 'aw running', c: 'uw halted' });
  expectObservable(drive(system)).toBe('304ms |');
});

marbles('a driver that cannot reach the store decides nothing, and counts anew afterwards', ({ expectObservable }) => {
  const system = simulatedStore({ notices: 10 });
  put(system, roll('rw'));
  at(270, () => system.cut('driver'));
  at(5_000, () => system.heal('driver'));
  expectObservable(written(system)).toBe('-a 5050ms c', { a: 'rw running', c: 'uw halted' });
  expectObservable(drive(system)).toBe('5053ms |');
});

marbles('of two drivers one is refused, and both come to the same end', ({ expectObservable }) => {
  const system = simulatedStore();
  put(system, roll('ww'));
  expectObservable(written(system)).toBe('-a 249ms b 51ms c', { a: 'ww running', b: 'aw running', c: 'uw halted' });
  expectObservable(merge(drive(system, 'one'), drive(system, 'two'))).toBe('304ms |');
});

marbles('a gate of the user halts the roll with what it emits', ({ expectObservable }) => {
  const system = simulatedStore();
  put(system, roll('rw'));
  const why$ = system.writes$.pipe(map(({ value }) => decodeRoll(value).record?.why ?? '-'));
  expectObservable(why$).toBe('-a 259ms b 39ms b', { a: '-', b: 'orders are down' });
  expectObservable(drive(system, 'driver', { gate: ordersAreDown })).toBe('302ms |');
});

const badGates: readonly [string, () => Observable<unknown>, string][] = [
  [
    'throws',
    () => {
      throw new Error('no orders');
    },
    'the health gate failed: no orders',
  ],
  [
    'emits no text',
    () => of({ orders: 'down' }),
    'the health gate emitted a value of the type object instead of a text',
  ],
  ['emits more text than a record has room for', () => of('a'.repeat(20_000)), 'a'.repeat(300)],
];

for (const [does, gate, why] of badGates)
  marbles(`a gate of the user that ${does} halts the roll, too`, ({ expectObservable }) => {
    const system = simulatedStore();
    put(system, roll('rw'));
    const why$ = system.writes$.pipe(map(({ value }) => decodeRoll(value).record?.why ?? '-'));
    expectObservable(why$).toBe('-a 249ms b 49ms b', { a: '-', b: why });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    expectObservable(drive(system, 'driver', { gate: gate as HealthGate })).toBe('302ms |');
  });

marbles(
  'only who has the lease drives, and only while a roll is open',
  ({ cold, expectObservable, expectSubscriptions }) => {
    const system = simulatedStore();
    put(system, roll('ww'));
    const store = system.host('driver');
    const lease$ = cold('u 299ms l', { u: undefined, l: { token: 1 } });
    const driving$ = rolls$(store).pipe(driveRolls({ store, members$, lease: () => lease$ }));
    expectObservable(driving$).toBe('-');
    // The lease comes 300 ms after the roll, and the members are looked at after 250 ms.
    expectObservable(written(system)).toBe('-a 551ms b 51ms c', { a: 'ww running', b: 'aw running', c: 'uw halted' });
    expectSubscriptions(lease$.subscriptions).toBe('--^ 603ms !');
  },
);
