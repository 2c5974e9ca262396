import { describe, expect, test, vi } from 'vitest';
import { breakableProxy } from '../breakableProxy.js';
import { natsServer } from '../natsServer.js';
import {
  brokenRelease,
  type CommandLine,
  commandLine,
  membersOf,
  recordsIn,
  release,
  type RunningHost,
  startHost,
  statesOf,
} from './hosts.js';
import { load } from './load.js';

// Each host is a master and two workers, on a machine that has few cores for all of them.
vi.setConfig({ testTimeout: 300_000 });

const names = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `h${String(index + 1).padStart(2, '0')}`);

/** Hosts that have joined. */
const fleetOf = async (count: number, address: string, cli: CommandLine): Promise<readonly RunningHost[]> => {
  const hosts = await Promise.all(names(count).map((name) => startHost({ name, servers: address })));
  await joined(cli, count);
  return hosts;
};

/** Resolves when so many hosts are members and all their workers are available: `fleet top` writes the fleet again each time that it changes. */
const joined = async ({ begin }: CommandLine, count: number): Promise<void> => {
  const top = begin('top');
  await top.printed(new RegExp(`${count} hosts?, 1 service, ${2 * count} of ${2 * count} workers available`));
  top.signal('SIGTERM');
  await top.ended();
};

const plan = ['--canary', '1', '--batch', '3', '--soak', '1s', '--json'] as const;
const deploy = (hosts: readonly RunningHost[], code: string) => hosts.forEach((host) => host.deploy(code));
const lastOf = (output: string) => {
  const last = recordsIn(output).at(-1);
  if (last === undefined) throw new Error(`expected a record of the restart in: ${output}`);
  return last;
};
const answerOf = async ({ port }: RunningHost): Promise<string> => (await fetch(`http://127.0.0.1:${port}`)).text();
const answersOf = (hosts: readonly RunningHost[]) => Promise.all(hosts.map(answerOf));
const allDone = (count: number): string =>
  names(count)
    .map((name) => `${name}: done`)
    .join(', ');

describe('ten masters of two workers, under load', () => {
  test('a restart over all of them loses no request, and never has more in transition than allowed', async () => {
    const { address } = await natsServer();
    const cli = commandLine(address);
    const hosts = await fleetOf(10, address, cli);
    const { stop } = load(hosts.map(({ port }) => port));
    deploy(hosts, release('1.1.0'));
    const { code, output } = await cli.run('restart', 'shop', ...plan);
    const { answered, failed } = await stop();
    expect({ code, states: statesOf(lastOf(output)), failed }).toEqual({ code: 0, states: allDone(10), failed: [] });
    expect(answered).toBeGreaterThan(100);
    expect(await answersOf(hosts)).toEqual(names(10).map(() => '1.1.0'));
    const inTransition = recordsIn(output).map(
      (record) => record.hosts.filter(({ state }) => state === 'asked' || state === 'restarting').length,
    );
    expect(Math.max(...inTransition)).toBeLessThanOrEqual(3);
  });

  test('a bad deploy is halted at the canary, all hosts go on with the old code, and it is resumed with good code', async () => {
    const { address } = await natsServer();
    const cli = commandLine(address);
    const hosts = await fleetOf(10, address, cli);
    const { stop } = load(hosts.map(({ port }) => port));
    deploy(hosts, brokenRelease);
    const { code, output } = await cli.run('restart', 'shop', ...plan);
    const halted = lastOf(output);
    expect(code).toBe(1);
    expect(halted.phase).toBe('halted');
    expect(halted.hosts.map(({ state }) => state)).toEqual(['failed', ...Array.from({ length: 9 }, () => 'waiting')]);
    expect(halted.hosts[0]?.why).toContain('the database is missing');
    expect(await answersOf(hosts)).toEqual(names(10).map(() => '1.0.0'));
    // A second restart is refused while there is one that has not ended.
    const second = await cli.run('restart', 'shop', ...plan);
    expect(second).toEqual({ code: 1, output: expect.stringContaining('has halted') });

    deploy(hosts, release('1.1.0'));
    const resumed = await cli.run('resume', 'shop', '--json');
    expect({ code: resumed.code, states: statesOf(lastOf(resumed.output)) }).toEqual({ code: 0, states: allDone(10) });
    expect((await stop()).failed).toEqual([]);
    expect(await answersOf(hosts)).toEqual(names(10).map(() => '1.1.0'));
  });
});

test('a restart goes on when the command that began it is killed', async () => {
  const { address } = await natsServer();
  const cli = commandLine(address);
  const hosts = await fleetOf(4, address, cli);
  deploy(hosts, release('1.1.0'));
  const initiator = cli.begin('restart', 'shop', ...plan);
  await initiator.printed(/"state":"done"/);
  initiator.signal('SIGKILL');
  await initiator.ended();
  // resume follows a restart that is under way; hosts that are done are not asked again.
  const { code, output } = await cli.run('resume', 'shop', '--json');
  expect({ code, states: statesOf(lastOf(output)) }).toEqual({ code: 0, states: allDone(4) });
  expect(lastOf(output).hosts.map(({ attempt }) => attempt)).toEqual([1, 1, 1, 1]);
  expect(await answersOf(hosts)).toEqual(names(4).map(() => '1.1.0'));
});

test('a host that dies in its restart halts it; when it is back, the restart is resumed', async () => {
  const { address } = await natsServer();
  const cli = commandLine(address);
  const hosts = await fleetOf(3, address, cli);
  // A worker that never listens: the restart of the first host lasts until its master is killed.
  hosts[0]?.deploy('setInterval(() => {}, 1_000);');
  const restart = cli.begin('restart', 'shop', ...plan, '--host-timeout', '30s');
  await restart.printed(/"state":"restarting"/);
  hosts[0]?.master.signalGroup('SIGKILL');
  await restart.ended();
  const halted = lastOf(restart.output);
  expect({ phase: halted.phase, states: statesOf(halted) }).toEqual({
    phase: 'halted',
    states: 'h01: failed, h02: waiting, h03: waiting',
  });
  expect(halted.hosts[0]?.unknown).toBe(true);
  await startHost({ name: 'h01', servers: address, code: release('1.1.0') });
  await joined(cli, 3);
  deploy(hosts.slice(1), release('1.1.0'));
  const { code, output } = await cli.run('resume', 'shop', '--json');
  expect({ code, states: statesOf(lastOf(output)) }).toEqual({ code: 0, states: allDone(3) });
});

test('NATS is killed and started again in a restart: no request is lost, and the restart goes on', async () => {
  const nats = await natsServer();
  const cli = commandLine(nats.address);
  const hosts = await fleetOf(4, nats.address, cli);
  const { stop } = load(hosts.map(({ port }) => port));
  deploy(hosts, release('1.1.0'));
  const restart = cli.begin('restart', 'shop', ...plan);
  await restart.printed(/"state":"restarting"/);
  await nats.kill();
  await restart.printed(/NATS is not reachable/);
  await nats.start();
  expect(await restart.ended()).toMatchObject({ code: 0 });
  expect(statesOf(lastOf(restart.output))).toBe(allDone(4));
  expect((await stop()).failed).toEqual([]);
  expect(await answersOf(hosts)).toEqual(names(4).map(() => '1.1.0'));
});

test('a host that is cut off serves on, begins nothing, and joins again', async () => {
  const { address } = await natsServer();
  const proxy = await breakableProxy(address);
  const cli = commandLine(address);
  const reached = await Promise.all(['h01', 'h02'].map((name) => startHost({ name, servers: address })));
  const cut = await startHost({ name: 'h03', servers: proxy.address });
  await joined(cli, 3);
  const { stop } = load([cut.port]);
  proxy.cut();
  deploy([...reached, cut], release('1.1.0'));
  const { code, output } = await cli.run('restart', 'shop', ...plan, '--host-timeout', '20s');
  expect({ code, states: statesOf(lastOf(output)) }).toEqual({ code: 1, states: 'h01: done, h02: done, h03: failed' });
  expect(lastOf(output).hosts[2]?.unknown).toBe(true);
  expect(await answerOf(cut)).toBe('1.0.0');
  proxy.heal();
  await joined(cli, 3);
  const resumed = await cli.run('resume', 'shop', '--json');
  expect({ code: resumed.code, states: statesOf(lastOf(resumed.output)) }).toEqual({ code: 0, states: allDone(3) });
  expect((await stop()).failed).toEqual([]);
  expect(await answersOf([...reached, cut])).toEqual(['1.1.0', '1.1.0', '1.1.0']);
});

test('of two hosts with one name the second serves without the fleet, and says so', async () => {
  const { address } = await natsServer();
  const cli = commandLine(address);
  const [first] = await fleetOf(1, address, cli);
  const second = await startHost({ name: 'h01', servers: address });
  const { why, ...taken } = await second.master.event('fleet:name-taken');
  expect(taken).toMatchObject({ host: 'h01', pid: first?.master.pid });
  expect(await answerOf(second)).toBe('1.0.0');
  expect((await membersOf(cli)).map(({ host, pid }) => [host, pid])).toEqual([['h01', first?.master.pid]]);
});
