import { filter, firstValueFrom, switchMap } from 'rxjs';
import { expect, test, vi } from 'vitest';
import { natsStore } from '../../../src/fleet/store/natsStore.js';
import { natsServer } from '../natsServer.js';
import { commandLine, startHost } from './hosts.js';

vi.setConfig({ testTimeout: 120_000 });

/** Writes a line at each request, and at its start. */
const talking = `
  import { createServer } from 'node:http';
  console.log('boots');
  createServer((request, response) => {
    console.error('asked for ' + request.url);
    response.end('1.0.0');
  }).listen(0, '127.0.0.1');
`;

test('the lines of all hosts are merged, with those of before, and followed', async () => {
  const { address } = await natsServer();
  const { begin, run } = commandLine(address);
  const hosts = await Promise.all(['a', 'b'].map((name) => startHost({ name, servers: address, code: talking })));
  const logs = begin('logs', '-f');
  await logs.printed(
    /a shop slot \d │ boots[^]*b shop slot \d │ boots|b shop slot \d │ boots[^]*a shop slot \d │ boots/,
  );
  // One after the other, so that their order is known.
  for (const { name, port } of hosts) {
    // oxlint-disable-next-line no-await-in-loop
    await fetch(`http://127.0.0.1:${port}/${name}`);
  }
  await logs.printed(/■ a shop slot \d │ asked for \/a\n[^]*■ b shop slot \d │ asked for \/b/);
  logs.signal('SIGTERM');
  expect(await logs.ended()).toEqual({ code: 0, signal: null });

  const { code, output } = await run('logs', 'shop', '--level', 'error', '--json');
  expect(code).toBe(0);
  const lines = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ host, level, text }) => `${host} ${level} ${text}`)).toEqual([
    'a error asked for /a',
    'b error asked for /b',
  ]);
});

test('events of all hosts come as long as somebody looks, and those of before are merged by time', async () => {
  const { address } = await natsServer();
  const { begin, run } = commandLine(address);
  const hosts = await Promise.all(['a', 'b'].map((name) => startHost({ name, servers: address })));
  const events = begin('events', '-f', '--lines', '0');
  await events.printed(/^Watching a, b$/m);
  for (const { name, master } of hosts) {
    // oxlint-disable-next-line no-await-in-loop
    await Promise.all([master.call('restart'), events.printed(new RegExp(`${name} shop │ restart 1 done`))]);
  }
  events.signal('SIGINT');
  expect(await events.ended()).toEqual({ code: 0, signal: null });
  expect(events.output).not.toContain('started');

  const { code, output } = await run('events', 'shop', '--lines', '100', '--json');
  expect(code).toBe(0);
  const lines: readonly { readonly host: string; readonly time: number; readonly type: string }[] = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const hostsOf = (wanted: string) => lines.filter(({ type }) => type === wanted).map(({ host }) => host);
  expect(hostsOf('restart-end')).toEqual(['a', 'b']);
  expect(hostsOf('started').toSorted()).toEqual(['a', 'b']);
  const times = lines.map(({ time }) => time);
  expect(times).toEqual(times.toSorted((one, other) => one - other));
  expect(await run('events', 'shop', '--lines', '1', '--level', 'error')).toEqual({
    code: 0,
    output: 'No events within 2 s.\n',
  });
});

test('a fleet that cannot be reached is one error that says why', async () => {
  const { address, kill } = await natsServer();
  const { run } = commandLine(address);
  await kill();
  const { code, output } = await run('ls');
  expect(code).toBe(1);
  expect(output).toMatch(new RegExp(`^proteus: ${address} does not answer: .*\n$`));
  const { address: without } = await natsServer('');
  expect(await commandLine(without).run('ls')).toEqual({
    code: 1,
    output: expect.stringContaining('has no JetStream'),
  });
});

test('a service or a restart that is not there is one error', async () => {
  const { address } = await natsServer();
  const { run } = commandLine(address);
  expect(await run('ls')).toEqual({ code: 1, output: expect.stringContaining('no host has joined the fleet test') });
  const joined = natsStore({ servers: address, name: 'test' }).pipe(switchMap(({ reachable$ }) => reachable$));
  await firstValueFrom(joined.pipe(filter(Boolean)));
  expect(await run('ls')).toEqual({ code: 0, output: 'No host is in the fleet test.\n' });
  expect(await run('status')).toEqual({ code: 0, output: 'There was no restart in the fleet test.\n' });
  expect(await run('resume', 'shop')).toEqual({
    code: 1,
    output: expect.stringContaining('There is no restart of shop'),
  });
  const none = 'No host runs shop. The fleet has no services.\n';
  expect(await run('ls', 'shop')).toEqual({ code: 0, output: none });
  expect(await run('logs', 'shop')).toEqual({ code: 1, output: none });
  expect(await run('events', 'shop', '--json')).toEqual({ code: 1, output: none });
  expect(await run('restart', 'shop')).toEqual({ code: 1, output: expect.stringContaining('No host runs shop') });
});
