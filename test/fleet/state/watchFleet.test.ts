import {
  concat,
  concatMap,
  distinctUntilChanged,
  map,
  merge,
  NEVER,
  type Observable,
  of,
  Subject,
  take,
  timer,
  toArray,
} from 'rxjs';
import type { FleetState } from '../../../src/fleet/state/fleetState.js';
import { watchFleet } from '../../../src/fleet/state/watchFleet.js';
import { StoreUnreachableError } from '../../../src/fleet/store/errors.js';
import { marbles, now } from '../../marbles.js';
import { aMember } from '../membership/aMember.js';
import { roll } from '../roll/records.js';
import { simulatedStore } from '../simulatedStore.js';

const at = (ms: number, does: () => Observable<unknown>): void => {
  timer(ms).pipe(concatMap(does)).subscribe();
};

/** `reachable 0; a member, b left; shop running since 9`. */
const sentence = ({ reachable, since, problem = '', hosts, restarts }: FleetState): string =>
  [
    `${reachable ? 'reachable' : 'cut off'} ${since}${problem}`,
    Array.from(hosts.values(), ({ host, is }) => `${host} ${is}`).join(', '),
    Array.from(
      restarts,
      ([service, { roll: record, problem: why, from = 'before' }]) =>
        `${service} ${record?.phase ?? why} since ${from}`,
    ).join(', '),
  ].join('; ');

const sentences = (state$: Observable<FleetState>): Observable<string> =>
  state$.pipe(map(sentence), distinctUntilChanged());

marbles(
  'hosts and restarts are known as soon as they have been read, and then with each change',
  ({ expectObservable }) => {
    const system = simulatedStore();
    const hosts = system.host('hosts');
    at(0, () => hosts.create('members', 'a', aMember('a')));
    at(0, () => hosts.create('rolls', 'shop', roll('w')));
    at(20, () => hosts.update('rolls', 'shop', roll('f', { phase: 'halted' }), 1));
    at(30, () => hosts.remove('members', 'a', 1));
    at(40, () => hosts.remove('rolls', 'shop', 2));
    at(50, () => hosts.create('rolls', 'jobs', roll('w', { service: 'jobs' })));
    expectObservable(timer(5).pipe(concatMap(() => sentences(watchFleet(system.host('page'), now)))), '^ 60ms !').toBe(
      '-----n-(mr)-----------h---------l---------e---------b',
      {
        n: 'reachable 5; ; ',
        m: 'reachable 5; a member; ',
        r: 'reachable 5; a member; shop running since before',
        h: 'reachable 5; a member; shop halted since before',
        l: 'reachable 5; a left; shop halted since before',
        e: 'reachable 5; a left; ',
        b: 'reachable 5; a left; jobs running since 52',
      },
    );
  },
);

marbles('while the store is not reachable the last state stays, with the reason', ({ expectObservable }) => {
  const system = simulatedStore({ notices: 10 });
  const problem$ = new Subject<Error>();
  at(0, () => system.host('a').create('members', 'a', aMember('a')));
  timer(100).subscribe(() => system.cut('page'));
  timer(120).subscribe(() => problem$.next(new Error(': nats-1 does not answer')));
  timer(60_000).subscribe(() => system.heal('page'));
  const watched$ = timer(5).pipe(concatMap(() => watchFleet({ ...system.host('page'), problem$ }, now)));
  expectObservable(sentences(watched$), '^ 60.1s !').toBe('-----n-m 102ms l 9ms p 59880ms r', {
    n: 'reachable 5; ; ',
    m: 'reachable 5; a member; ',
    l: 'cut off 110; a member; ',
    p: 'cut off 110: nats-1 does not answer; a member; ',
    r: 'reachable 60001; a member; ',
  });
});

marbles(
  'what the store says although it is reachable is known, also to one who looks later',
  ({ expectObservable }) => {
    const system = simulatedStore();
    const problem$ = concat(of(new Error(': replicas differ')), NEVER);
    const watched$ = timer(5).pipe(concatMap(() => watchFleet({ ...system.host('page'), problem$ }, now)));
    expectObservable(sentences(watched$), '^ 1s !').toBe('-----p', { p: 'reachable 5: replicas differ; ; ' });
  },
);

marbles(
  'what passes while the store is reachable is no problem of it, and is the reason when it is not',
  ({ expectObservable }) => {
    const system = simulatedStore({ notices: 10 });
    const passing = new StoreUnreachableError(': no answer');
    const problem$ = merge(timer(50).pipe(map(() => passing)), NEVER);
    timer(100).subscribe(() => system.cut('page'));
    const watched$ = timer(5).pipe(concatMap(() => watchFleet({ ...system.host('page'), problem$ }, now)));
    expectObservable(sentences(watched$), '^ 1s !').toBe('-----n 104ms l', {
      n: 'reachable 5; ; ',
      l: 'cut off 110: no answer; ; ',
    });
  },
);

marbles('records that cannot be read are told, and harm nothing', ({ expectObservable }) => {
  const system = simulatedStore();
  const hosts = system.host('hosts');
  at(0, () => hosts.create('members', 'a', { host: '<b>' }));
  at(0, () => hosts.create('rolls', 'shop', 'nonsense'));
  const last$ = timer(5).pipe(
    concatMap(() => watchFleet(system.host('page'), now)),
    take(3),
    toArray(),
    concatMap((states) => of(states.at(-1))),
    map((state) => [state?.hosts.get('a')?.problem, state?.restarts.get('shop')?.problem?.slice(0, 51)]),
  );
  expectObservable(last$).toBe('-------(r|)', {
    r: ['format: expected 1, got nothing', 'The record of the restart of shop cannot be read (t'],
  });
});
