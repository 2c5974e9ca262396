import { join } from 'node:path';
import { distinctUntilChanged, filter, firstValueFrom, map, type Observable } from 'rxjs';
import { expect, onTestFinished, test, vi } from 'vitest';
import {
  type FleetStore,
  type MemberRecord,
  members$,
  natsStore,
  type RollRecord,
  rolls$,
} from '../../../src/fleet.js';
import { fresh, write } from '../../process/harness.js';
import { natsServer } from '../natsServer.js';
import { commandLine, recordsIn, startHost, statesOf } from './hosts.js';

vi.setConfig({ testTimeout: 120_000 });

/** Code that listens only when the file exists: its restart lasts as long as the test wants. */
const waitingFor = (file: string): string => `
  import { createServer } from 'node:http';
  import { existsSync } from 'node:fs';
  const looking = setInterval(() => {
    if (!existsSync('${file}')) return;
    clearInterval(looking);
    createServer((request, response) => response.end('1.1.0')).listen(0, '127.0.0.1');
  }, 50);
`;

/** A store until the test is finished. */
const opened = (address: string): Promise<FleetStore> =>
  new Promise((resolve) => {
    const connection = natsStore({ servers: address, name: 'test' }).subscribe(resolve);
    onTestFinished(() => connection.unsubscribe());
  });

/** The hosts whose masters have driven the restart of the service, one after the other. */
const drivers$ = (store: FleetStore): Observable<string> =>
  store.watch('leases').pipe(
    filter((change) => change !== 'ready' && change.key === 'roll.shop' && 'value' in change),
    map((change) => /"holder":"(\w+) /.exec(JSON.stringify(change))?.[1] ?? 'nobody'),
    distinctUntilChanged(),
  );

const isComplete = ({ services }: MemberRecord): boolean => services['shop']?.available === 2;

const stateOf = (record: RollRecord | undefined, name: string): string | undefined =>
  record?.hosts.find(({ host }) => host === name)?.state;

test('the master that began a restart and drives it is killed: another member drives it to its end', async () => {
  const { address } = await natsServer();
  const cli = commandLine(address);
  const [first, ...others] = await Promise.all(
    ['h01', 'h02', 'h03'].map((name) => startHost({ name, servers: address })),
  );
  if (first === undefined) throw new Error('expected a host');
  const store = await opened(address);
  const drivers: string[] = [];
  const watching = drivers$(store).subscribe((driver) => drivers.push(driver));
  onTestFinished(() => watching.unsubscribe());
  await firstValueFrom(
    members$(store).pipe(filter((members) => members.size === 3 && [...members.values()].every(isComplete))),
  );

  const gate = join(fresh(), 'go');
  for (const host of others) host.deploy(waitingFor(gate));
  // Nobody else can take the lease of the driver.
  for (const { master } of others) master.signal('SIGSTOP');
  await first.master.call('fleetRestart', {
    id: 'one',
    service: 'shop',
    by: 'h01',
    plan: { canary: 1, soak: 100 },
    hosts: ['h02', 'h03'],
  });
  await firstValueFrom(drivers$(store));
  for (const { master } of others) master.signal('SIGCONT');
  await firstValueFrom(rolls$(store).pipe(filter(({ record }) => stateOf(record, 'h02') === 'restarting')));
  first.master.signalGroup('SIGKILL');
  await first.master.exited();
  write(join(gate, '..'), { go: '' });

  const { code, output } = await cli.run('resume', 'shop', '--json');
  const last = recordsIn(output).at(-1);
  expect(code).toBe(0);
  expect(last && statesOf(last)).toBe('h02: done, h03: done');
  // Nothing was begun twice.
  expect(last?.hosts.map(({ attempt }) => attempt)).toEqual([1, 1]);
  expect(drivers).toEqual(['h01', expect.stringMatching(/^h0[23]$/)]);
});
