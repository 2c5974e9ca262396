import {
  defer,
  delay,
  filter,
  map,
  merge,
  NEVER,
  type Observable,
  of,
  takeUntil,
  throwError,
  timer,
  toArray,
} from 'rxjs';
import { joinFleet, type FleetMaster } from '../../../src/fleet/api/joinFleet.js';
import type { FleetEvent } from '../../../src/fleet/api/fleetEvent.js';
import type { RollRecord } from '../../../src/fleet/records/roll.js';
import { StoreRefusedError } from '../../../src/fleet/store/errors.js';
import type { FleetStore } from '../../../src/fleet/store/store.js';
import { marbles } from '../../marbles.js';
import { aMember } from '../membership/aMember.js';
import { simulatedStore } from '../simulatedStore.js';

const service = { release: '1', phase: 'running', size: 1, available: 1, crashes: 0, slots: [] };

/** A master that runs the service `shop`, whose restart takes 100 ms. */
const aMaster = (host: string, changes: Partial<FleetMaster> = {}): FleetMaster => ({
  host,
  instance: `${host}1`,
  record$: merge(of(aMember(host, { services: { shop: service } })), NEVER),
  restart: () => of({ state: 'done', to: '2' } as const).pipe(delay(100)),
  release: () => '1',
  problem$: NEVER,
  sampling$: NEVER,
  ...changes,
});

const roll: RollRecord = {
  format: 1,
  id: 'r1',
  service: 'shop',
  by: 'ann',
  plan: { canary: 1, batch: 1, soak: 1_000, hostTimeout: 10_000, maxFailures: 0, maxCrashes: 0 },
  phase: 'running',
  hosts: [
    { host: 'a', state: 'waiting', attempt: 0 },
    { host: 'b', state: 'waiting', attempt: 0 },
  ],
};

const begin = (store: FleetStore, record: RollRecord): void => void store.create('rolls', 'shop', record).subscribe();

/** The events of these types as text. */
const told = (events$: Observable<FleetEvent>, ...types: readonly FleetEvent['type'][]): Observable<string> =>
  events$.pipe(
    filter(({ type }) => types.includes(type)),
    map((event) => {
      if (event.type === 'roll-phase') return event.phase;
      if (event.type === 'roll-host') return `${event.progress.host} ${event.progress.state}`;
      return event.type === 'problem' ? event.problem : event.type;
    }),
  );

marbles('a restart of two hosts is driven by one of them, and both take their turn', ({ expectObservable }) => {
  const system = simulatedStore();
  const hosts = ['a', 'b'].map((name) => joinFleet(system.host(name), aMaster(name)));
  timer(100).subscribe(() => begin(system.host('cli'), roll));
  hosts[1]?.pipe(takeUntil(timer(60_000))).subscribe();
  const events$ = told(hosts[0] ?? NEVER, 'turn-begin', 'turn-end', 'roll-host', 'roll-phase');
  expectObservable(events$.pipe(takeUntil(timer(60_000)), toArray())).toBe('60s (e|)', {
    e: ['a asked', 'a restarting', 'turn-begin', 'a done', 'turn-end', 'b asked', 'b restarting', 'b done', 'done'],
  });
});

marbles('workers are sampled while a restart of the host runs', ({ cold, expectObservable, expectSubscriptions }) => {
  const system = simulatedStore();
  const sampling$ = cold('-');
  const idle$ = defer(() => joinFleet(system.host('a'), aMaster('a', { sampling$ })));
  timer(100).subscribe(() => begin(system.host('cli'), { ...roll, hosts: roll.hosts.slice(0, 1) }));
  timer(300).subscribe(() => system.host('cli').remove('rolls', 'shop', 1).subscribe());
  expectObservable(told(idle$, 'joined'), '^ 250ms !').toBe('--j', { j: 'joined' });
  expectSubscriptions(sampling$.subscriptions).toBe('102ms ^ 148ms !');
});

marbles('what a function of the user does wrong is a problem, and the host joins', ({ cold, expectObservable }) => {
  const problem$ = cold('p', { p: 'release failed' });
  const events$ = joinFleet(simulatedStore().host('a'), aMaster('a', { problem$ }));
  expectObservable(told(events$, 'problem', 'joined'), '^ 1s !').toBe('p-j', { p: 'release failed', j: 'joined' });
});

marbles('what the store refuses is an event, and is tried again', ({ expectObservable }) => {
  const system = simulatedStore();
  const store = system.host('a');
  const refusing: FleetStore = {
    ...store,
    create: () => throwError(() => new StoreRefusedError('no permission')),
  };
  expectObservable(told(joinFleet(refusing, aMaster('a')), 'problem', 'joined'), '^ 6s !').toBe('p 4999ms p', {
    p: 'no permission',
  });
});

marbles(
  'a host whose report was refused goes on with its turn, and then with the next restart',
  ({ expectObservable }) => {
    const system = simulatedStore();
    const store = system.host('a');
    let refusals = 1;
    const refusing: FleetStore = {
      ...store,
      update: (bucket, key, value, revision) =>
        bucket === 'rolls' && JSON.stringify(value).includes('done') && refusals-- > 0
          ? throwError(() => new StoreRefusedError('JetStream is starting'))
          : store.update(bucket, key, value, revision),
    };
    const hosts = roll.hosts.slice(0, 1);
    timer(100).subscribe(() => begin(system.host('cli'), { ...roll, hosts }));
    timer(20_000).subscribe(() => {
      const { revision = 0 } = system.entries('rolls').get('shop') ?? {};
      system
        .host('cli')
        .update('rolls', 'shop', { ...roll, id: 'r2', hosts }, revision)
        .subscribe();
    });
    const events$ = told(joinFleet(refusing, aMaster('a')), 'problem', 'turn-begin', 'turn-end', 'roll-host');
    expectObservable(events$.pipe(takeUntil(timer(60_000)), toArray())).toBe('60s (e|)', {
      e: [
        'a asked',
        'a restarting',
        'turn-begin',
        'JetStream is starting',
        'a restarting',
        'a done',
        'turn-end',
        'a asked',
        'a restarting',
        'turn-begin',
        'a done',
        'turn-end',
      ],
    });
  },
);

marbles('a host whose name another master has takes no turn', ({ expectObservable }) => {
  const system = simulatedStore();
  const first$ = joinFleet(system.host('a'), aMaster('a'));
  const second$ = joinFleet(
    system.host('b'),
    aMaster('a', {
      instance: 'other',
      record$: of(aMember('a', { instance: 'other' })).pipe((one$) => merge(one$, NEVER)),
    }),
  );
  first$.pipe(takeUntil(timer(60_000))).subscribe();
  expectObservable(told(second$, 'joined', 'name-taken', 'turn-begin'), '^ 60s !').toBe('12508ms t', {
    t: 'name-taken',
  });
  timer(20_000).subscribe(() => begin(system.host('cli'), { ...roll, hosts: roll.hosts.slice(0, 1) }));
});
