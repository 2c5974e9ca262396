import { expect, test, vi } from 'vitest';
import { startedOnce } from '../../process/lifetime.js';
import { type NatsServer, natsServer } from '../natsServer.js';
import { allDone, answersOf, deploy, joined, lastOf, names, only, plan } from './fleets.js';
import {
  brokenRelease,
  type CommandLine,
  commandLine,
  recordsIn,
  release,
  type RunningHost,
  startHost,
  statesOf,
} from './hosts.js';
import { load } from './load.js';

// Each host is a master and two workers, on a machine that has few cores for all of them.
vi.setConfig({ testTimeout: 300_000 });

let nats: NatsServer;
let cli: CommandLine;
/** Ten masters of two workers. Each test leaves them healthy, with a release of its own. */
let hosts: readonly RunningHost[] = [];

startedOnce(async () => {
  nats = await natsServer();
  cli = commandLine(nats.address);
  hosts = await Promise.all(names(10).map((name) => startHost({ name, servers: nats.address })));
  await joined(cli, 10);
}, 300_000);

/** Requests to all hosts. */
const loaded = () => load(hosts.map(({ port }) => port));

test('a restart over ten hosts loses no request, and never has more in transition than allowed', async () => {
  const { stop } = loaded();
  deploy(hosts, release('1.1.0'));
  const { code, output } = await cli.run('restart', 'shop', ...plan);
  const { answered, failed } = await stop();
  expect({ code, states: statesOf(lastOf(output)), failed }).toEqual({ code: 0, states: allDone(hosts), failed: [] });
  expect(answered).toBeGreaterThan(100);
  expect(await answersOf(hosts)).toEqual(hosts.map(() => '1.1.0'));
  const inTransition = recordsIn(output).map(
    (record) => record.hosts.filter(({ state }) => state === 'asked' || state === 'restarting').length,
  );
  expect(Math.max(...inTransition)).toBeLessThanOrEqual(3);
});

test('a bad deploy is halted at the canary, all hosts go on with the old code, and it is resumed with good code', async () => {
  const [before] = await answersOf(hosts);
  const { stop } = loaded();
  deploy(hosts, brokenRelease);
  const { code, output } = await cli.run('restart', 'shop', ...plan, '--batch', '5');
  const halted = lastOf(output);
  expect(code).toBe(1);
  expect(halted.phase).toBe('halted');
  expect(halted.hosts.map(({ state }) => state)).toEqual(['failed', ...Array.from({ length: 9 }, () => 'waiting')]);
  expect(halted.hosts[0]?.why).toContain('the database is missing');
  expect(await answersOf(hosts)).toEqual(hosts.map(() => before));
  // A second restart is refused while there is one that has not ended.
  const second = await cli.run('restart', 'shop', ...plan);
  expect(second).toEqual({ code: 1, output: expect.stringContaining('has halted') });

  deploy(hosts, release('1.2.0'));
  const resumed = await cli.run('resume', 'shop', '--json');
  expect({ code: resumed.code, states: statesOf(lastOf(resumed.output)) }).toEqual({ code: 0, states: allDone(hosts) });
  expect((await stop()).failed).toEqual([]);
  expect(await answersOf(hosts)).toEqual(hosts.map(() => '1.2.0'));
});

test('a restart goes on when the command that began it is killed', async () => {
  const four = hosts.slice(0, 4);
  const { stop } = loaded();
  deploy(four, release('1.3.0'));
  const initiator = cli.begin('restart', 'shop', ...plan, ...only(four));
  await initiator.printed(/"state":"done"/);
  initiator.signal('SIGKILL');
  await initiator.ended();
  // resume follows a restart that is under way; hosts that are done are not asked again.
  const { code, output } = await cli.run('resume', 'shop', '--json');
  expect({ code, states: statesOf(lastOf(output)) }).toEqual({ code: 0, states: allDone(four) });
  expect(lastOf(output).hosts.map(({ attempt }) => attempt)).toEqual([1, 1, 1, 1]);
  expect((await stop()).failed).toEqual([]);
  expect(await answersOf(four)).toEqual(four.map(() => '1.3.0'));
});

test('a restart goes on after Ctrl-C of the command that began it, which says so', async () => {
  const four = hosts.slice(0, 4);
  const restart = cli.begin('restart', 'shop', ...plan, ...only(four));
  await restart.printed(/"state":"restarting"/);
  restart.signal('SIGINT');
  expect(await restart.ended()).toEqual({ code: 130, signal: null });
  expect(restart.output).toMatch(/The restart goes on\. Watch it: proteus fleet status shop\n$/);
  const { code, output } = await cli.run('resume', 'shop', '--json');
  expect({ code, states: statesOf(lastOf(output)) }).toEqual({ code: 0, states: allDone(four) });
});

test('NATS is killed and started again in a restart: no request is lost, and the restart goes on', async () => {
  const four = hosts.slice(-4);
  const { stop } = loaded();
  deploy(four, release('1.4.0'));
  const restart = cli.begin('restart', 'shop', ...plan, ...only(four));
  await restart.printed(/"state":"restarting"/);
  await nats.kill();
  await restart.printed(/NATS is not reachable/);
  await nats.start();
  expect(await restart.ended()).toMatchObject({ code: 0 });
  expect(statesOf(lastOf(restart.output))).toBe(allDone(four));
  expect((await stop()).failed).toEqual([]);
  expect(await answersOf(four)).toEqual(four.map(() => '1.4.0'));
});
