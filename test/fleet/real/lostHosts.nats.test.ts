import { expect, test, vi } from 'vitest';
import { startedOnce } from '../../process/lifetime.js';
import { type BreakableProxy, breakableProxy } from '../breakableProxy.js';
import { natsServer } from '../natsServer.js';
import { allDone, answerOf, answersOf, deploy, joined, lastOf, plan } from './fleets.js';
import { type CommandLine, commandLine, membersOf, release, type RunningHost, startHost, statesOf } from './hosts.js';
import { load } from './load.js';

// Hosts are waited for until they count as lost. So these tests are in a file of their own, which waits while others compute.
vi.setConfig({ testTimeout: 300_000 });

let address: string;
let proxy: BreakableProxy;
let cli: CommandLine;
/** Three of them; the last one reaches NATS through the proxy. Each test leaves them healthy. */
let hosts: readonly [RunningHost, RunningHost, RunningHost];

startedOnce(async () => {
  ({ address } = await natsServer());
  proxy = await breakableProxy(address);
  cli = commandLine(address);
  hosts = await Promise.all([
    startHost({ name: 'h01', servers: address }),
    startHost({ name: 'h02', servers: address }),
    startHost({ name: 'h03', servers: proxy.address }),
  ]);
  await joined(cli, 3);
}, 300_000);

test('of two hosts with one name the second serves without the fleet, and says so', async () => {
  const [first] = hosts;
  const second = await startHost({ name: 'h01', servers: address });
  const { why, ...taken } = await second.master.event('fleet:name-taken');
  expect(taken).toMatchObject({ host: 'h01', pid: first.master.pid });
  expect(await answerOf(second)).toBe('1.0.0');
  const pids = new Map((await membersOf(cli)).map(({ host, pid }) => [host, pid]));
  expect(pids).toEqual(new Map(hosts.map(({ name, master }) => [name, master.pid])));
});

test('a host that is cut off serves on, begins nothing, and joins again', async () => {
  const [, , cut] = hosts;
  const { stop } = load([cut.port]);
  proxy.cut();
  deploy(hosts, release('1.1.0'));
  const { code, output } = await cli.run('restart', 'shop', ...plan, '--host-timeout', '20s');
  expect({ code, states: statesOf(lastOf(output)) }).toEqual({ code: 1, states: 'h01: done, h02: done, h03: failed' });
  expect(lastOf(output).hosts[2]?.unknown).toBe(true);
  expect(await answerOf(cut)).toBe('1.0.0');
  proxy.heal();
  await joined(cli, 3);
  const resumed = await cli.run('resume', 'shop', '--json');
  expect({ code: resumed.code, states: statesOf(lastOf(resumed.output)) }).toEqual({ code: 0, states: allDone(hosts) });
  expect((await stop()).failed).toEqual([]);
  expect(await answersOf(hosts)).toEqual(['1.1.0', '1.1.0', '1.1.0']);
});

test('a host that dies in its restart halts it; when it is back, the restart is resumed', async () => {
  const [dies, ...others] = hosts;
  // A worker that never listens: the restart of the first host lasts until its master is killed.
  dies.deploy('setInterval(() => {}, 1_000);');
  const restart = cli.begin('restart', 'shop', ...plan, '--host-timeout', '15s');
  await restart.printed(/"state":"restarting"/);
  dies.master.signalGroup('SIGKILL');
  await restart.ended();
  const halted = lastOf(restart.output);
  expect({ phase: halted.phase, states: statesOf(halted) }).toEqual({
    phase: 'halted',
    states: 'h01: failed, h02: waiting, h03: waiting',
  });
  expect(halted.hosts[0]?.unknown).toBe(true);
  const back = await startHost({ name: 'h01', servers: address, code: release('1.2.0') });
  await joined(cli, 3);
  deploy(others, release('1.2.0'));
  const { code, output } = await cli.run('resume', 'shop', '--json');
  expect({ code, states: statesOf(lastOf(output)) }).toEqual({ code: 0, states: allDone(hosts) });
  expect(await answersOf([back, ...others])).toEqual(['1.2.0', '1.2.0', '1.2.0']);
});
