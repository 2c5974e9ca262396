// The picture of docs/fleet.md: five hosts on a NATS server, a restart that goes on, and one that has halted at its canary.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fleetRestart, members$, natsStore } from 'proteus-cluster/fleet';
import { filter, firstValueFrom, lastValueFrom } from 'rxjs';

const token = 'a-token-for-the-pictures';
const root = join(import.meta.dirname, '../..');

/** Boots like a service that has something to load. */
const service = `
import { createServer } from 'node:http';
const answer = (request, response) => setTimeout(() => response.end(), 3 + 9 * Math.random());
setTimeout(() => createServer(answer).listen(0, '127.0.0.1'), 1_500);
`;
const broken = "setTimeout(() => { throw new Error('DATABASE_URL is not set'); }, 900);";

const master = (servers, host) => `
import { cluster$ } from 'proteus-cluster';
import { fleet } from 'proteus-cluster/fleet';
import { merge } from 'rxjs';
const membership = fleet({ servers: '${servers}', name: 'prod', host: '${host}' }).subscribe();
const service = (name, worker, web) =>
  cluster$({ name, worker, web, exec: name + '/main.js', pid: false, control: false, log: { file: name + '.log' } });
merge(service('shop', 2, ${host === 'web1'} && { port: 0, token: '${token}' }), service('mails', 1, false)).subscribe({
  next: ({ type, url, cluster, address }) => {
    if (type === 'web-listening') console.log('url ' + url);
    if (type === 'listening') console.log(cluster + ' ' + address.port);
  },
  complete: () => membership.unsubscribe(),
});
`;

const startServer = async (folder) => {
  const args = ['-js', '-sd', folder, '-a', '127.0.0.1', '-p', '-1'];
  const server = spawn('nats-server', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const servers = await new Promise((resolve, reject) => {
    let address;
    server.once('error', reject);
    createInterface({ input: server.stderr }).on('line', (line) => {
      address ??= /Listening for client connections on (\S+)/.exec(line)?.[1];
      if (line.includes('Server is ready')) resolve(address);
    });
  });
  return { server, servers };
};

/** Resolves when its services listen. */
const startHost = async (folder, servers, host) => {
  const place = join(folder, host);
  for (const name of ['node_modules', 'shop', 'mails']) mkdirSync(join(place, name), { recursive: true });
  for (const name of ['rxjs', '@nats-io'])
    symlinkSync(join(root, 'node_modules', name), join(place, 'node_modules', name));
  symlinkSync(root, join(place, 'node_modules/proteus-cluster'));
  const deploy = (name, version, code) => {
    writeFileSync(join(place, name, 'main.js'), code);
    writeFileSync(join(place, name, 'package.json'), JSON.stringify({ version, type: 'module' }));
  };
  deploy('shop', '1.4.1', service);
  deploy('mails', '3.0.8', service);
  writeFileSync(join(place, 'master.mjs'), master(servers, host));
  const running = spawn(process.execPath, ['master.mjs'], { cwd: place, stdio: ['ignore', 'pipe', 'inherit'] });
  const known = await new Promise((resolve) => {
    const told = {};
    createInterface({ input: running.stdout }).on('line', (line) => {
      const [name, value] = line.split(' ');
      told[name] = value;
      if (told.shop && told.mails && (told.url || host !== 'web1')) resolve(told);
    });
  });
  return { url: known.url, port: known.shop, running, deploy };
};

/** Resolves with the picture, as WebP. */
export const pictureOfHosts = async (browser) => {
  const folder = mkdtempSync(join(tmpdir(), 'proteus-'));
  const { server, servers } = await startServer(join(folder, 'nats'));
  const names = ['web1', 'web2', 'web3', 'web4', 'web5'];
  const hosts = await Promise.all(names.map((host) => startHost(folder, servers, host)));
  const load = setInterval(() => {
    for (const { port } of hosts) fetch(`http://127.0.0.1:${port}/`).catch(() => {});
  }, 150);

  let store;
  const connection = natsStore({ servers, name: 'prod' }).subscribe((opened) => (store = opened));
  await firstValueFrom(store.reachable$.pipe(filter(Boolean)));
  await firstValueFrom(members$(store).pipe(filter(({ size }) => size === hosts.length)));
  const restart = (name, plan) =>
    fleetRestart(store, members$(store), { id: name, service: name, by: 'anna@laptop', plan });

  const tab = await browser.tab();
  await tab.size(1_120, 760);
  await tab.scheme('light');
  await tab.open(`${hosts[0].url}/#token=${token}`);
  await tab.until('document.querySelector(\'nav a[href="#hosts"]\')');
  await tab.evaluate("location.hash = '#hosts'");
  for (const { deploy } of hosts) deploy('mails', '3.1.0', broken);
  await lastValueFrom(restart('mails', { canary: 1, batch: 2 }));
  for (const { deploy } of hosts) deploy('shop', '1.4.2', service);
  const following = restart('shop', { canary: 1, batch: 2, soak: 8_000 }).subscribe();
  // The first batch is done.
  await tab.until(
    "[...document.querySelectorAll('article[aria-label=\"Restart of shop\"] .words')].filter((one) => one.innerText.startsWith('done')).length >= 3",
  );
  const picture = await tab.picture({ format: 'webp', whole: true });

  following.unsubscribe();
  connection.unsubscribe();
  clearInterval(load);
  await Promise.all(
    hosts.map(({ running }) => {
      running.kill('SIGTERM');
      return once(running, 'exit');
    }),
  );
  server.kill('SIGTERM');
  await once(server, 'exit');
  rmSync(folder, { recursive: true, force: true });
  return picture;
};
