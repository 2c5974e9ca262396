import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import type { FleetReport } from '../../src/web/fleet/report.js';
import { placeWith } from '../cli/proteus.js';
import { ask } from '../control/harness.js';
import type { Program } from '../process/harness.js';
import { natsServer } from './natsServer.js';

vi.setConfig({ testTimeout: 120_000 });

const packages = fileURLToPath(new URL('../../node_modules/@nats-io', import.meta.url));
const token = 'a-token-for-the-tests';

/** A host whose configuration has a fleet, and a service with a web page. */
const hostWith = (address: string) => {
  const place = placeWith({
    'proteus.config.mjs': `export default {
      fleet: { servers: '${address}', name: 'test', host: 'web1', user: 'shop', password: 'nats-secret' },
      services: { shop: { exec: 'shop.mjs', worker: 2, web: { port: 0, token: '${token}' } } },
    };`,
    'shop.mjs': "import { createServer } from 'node:http'; createServer().listen(0, '127.0.0.1');",
    'package.json': '{ "version": "1.4.1" }',
  });
  symlinkSync(packages, join(place.folder, 'node_modules/@nats-io'));
  return place;
};

const users = 'jetstream {}\nauthorization { users: [{ user: shop, password: nats-secret }] }';

/** What a page has of its fleet, as text. */
const reader =
  (port: string, secret = token) =>
  async (path: string): Promise<string> =>
    (await ask(Number(port), { path, headers: { authorization: `Bearer ${secret}` } })).text;

const linked = async (page: Program) => {
  const [, port = '', secret = ''] = await page.printed(/^http:\/\/127\.0\.0\.1:(\d+)\/#token=(\S+)$/m);
  return reader(port, secret);
};

const reportOf = async (read: (path: string) => Promise<string>): Promise<FleetReport> =>
  JSON.parse(await read('/fleet'));

test('the page of a master whose configuration has a fleet shows its hosts, and says when NATS is away', async () => {
  const nats = await natsServer(users);
  const master = await hostWith(nats.address).master();
  const [, port = ''] = await master.printed(/web page at http:\/\/127\.0\.0\.1:(\d+)/);
  const read = reader(port);
  const report = await vi.waitUntil(
    async () => {
      const found = await reportOf(read);
      return found.hosts[0]?.services[0]?.available === 2 ? found : undefined;
    },
    { timeout: 60_000, interval: 200 },
  );
  expect(report).toMatchObject({
    name: 'test',
    host: 'web1',
    reachable: true,
    hosts: [{ host: 'web1', is: 'member', pid: master.pid, services: [{ name: 'shop', release: '1.4.1', size: 2 }] }],
    restarts: [],
  });
  await nats.kill();
  const away = await vi.waitUntil(
    async () => {
      const found = await reportOf(read);
      return found.reachable || found.problem === undefined ? undefined : found;
    },
    { timeout: 60_000, interval: 200 },
  );
  expect(away.problem).toContain(`${nats.address} does not answer`);
  expect(away.hosts).toHaveLength(1);
  expect(JSON.stringify(away)).not.toContain('nats-secret');
  await nats.start();
  await vi.waitUntil(async () => (await reportOf(read)).reachable, { timeout: 60_000, interval: 200 });
});

test('proteus web shows the hosts of the fleet that is named, or of the configuration, beside the masters', async () => {
  const nats = await natsServer();
  const place = hostWith(nats.address);
  const master = await place.master();
  // The one is named, the other is that of the folder.
  for (const options of [['--servers', nats.address, '--fleet', 'test'], []]) {
    // oxlint-disable-next-line no-await-in-loop
    const read = await linked(place.begin('web', ...options));
    // oxlint-disable-next-line no-await-in-loop
    expect(JSON.parse(await read('/masters'))).toEqual({
      readOnly: false,
      masters: [String(master.pid)],
      fleet: 'test',
    });
    // oxlint-disable-next-line no-await-in-loop
    await vi.waitUntil(async () => (await reportOf(read)).hosts[0]?.host === 'web1', {
      timeout: 60_000,
      interval: 200,
    });
  }
});

test('proteus web with the name of no fleet says so, and creates nothing', async () => {
  const nats = await natsServer();
  const read = await linked(hostWith(nats.address).begin('web', '--servers', nats.address, '--fleet', 'tset'));
  const report = await vi.waitUntil(
    async () => {
      const found = await reportOf(read);
      return found.problem === undefined ? undefined : found;
    },
    { timeout: 60_000, interval: 200 },
  );
  expect(report.problem).toContain('no host has joined the fleet tset on this server');
});
