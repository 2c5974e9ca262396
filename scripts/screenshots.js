// Makes the pictures of docs/web.md: a master that is under load, has a crash and an aborted restart, and the hosts of a fleet, seen in Chromium. Needs nats-server.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { openBrowser } from './browser.js';
import { pictureOfHosts } from './screenshots/hosts.js';

const token = 'a-token-for-the-pictures';
const docs = join(import.meta.dirname, '../docs');
const folder = mkdtempSync(join(tmpdir(), 'proteus-'));

const worker = `
import { createServer } from 'node:http';
if (process.env.BROKEN === '1') throw new Error('DATABASE_URL is not set');
let answered = 0;
createServer((request, response) => {
  if (request.url === '/crash') throw new Error('a bug of /crash');
  answered += 1;
  if (answered % 25 === 0) console.log(JSON.stringify({ level: 30, time: Date.now(), msg: 'orders were written', orders: answered }));
  if (answered % 140 === 0) console.log(JSON.stringify({ level: 40, time: Date.now(), msg: 'the database answers slowly', ms: 180 }));
  setTimeout(() => response.end('done'), answered % 60 === 0 ? 120 : 4 + (answered % 9));
}).listen(0, '127.0.0.1');
`;
const master = `
import { cluster$ } from '${join(import.meta.dirname, '../dist/index.js')}';
let broken = false;
process.on('SIGHUP', () => { broken = true; });
cluster$({
  exec: 'worker.mjs', name: 'shop', worker: 4, pid: false, leader: true, log: { file: 'log' }, signals: { SIGHUP: false },
  env: () => (broken ? { BROKEN: '1' } : {}),
  web: { port: 0, token: '${token}' },
}).subscribe(({ type, url, address }) => {
  if (type === 'web-listening') console.log('url ' + url);
  if (type === 'listening') console.log('port ' + address.port);
});
`;
writeFileSync(join(folder, 'worker.mjs'), worker);
writeFileSync(join(folder, 'master.mjs'), master);

const running = spawn(process.execPath, ['master.mjs'], {
  cwd: folder,
  stdio: ['ignore', 'pipe', 'inherit'],
  env: { ...process.env, PROTEUS_RUNTIME_DIR: join(folder, 'run') },
});
const known = {};
const found = new Promise((resolve) => {
  createInterface({ input: running.stdout }).on('line', (line) => {
    const [name, value] = line.split(' ');
    known[name] = value;
    if (known.url && known.port) resolve(known);
  });
});
const { url, port } = await found;
const ask = (path) => get({ host: '127.0.0.1', port, path }, (response) => response.resume()).on('error', () => {});
const post = (name) =>
  fetch(`${url}/masters/${running.pid}/v1/${name}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: '{}',
  }).then((response) => response.text());

let turn = 0;
const load = setInterval(() => {
  turn += 1;
  for (let at = 0; at < 4 + 3 * Math.sin(turn / 60); at += 1) ask('/');
}, 40);
const browser = await openBrowser();
const tab = await browser.tab();
await tab.size(1_120, 760);
await tab.open(`${url}/#token=${token}`);
await tab.until("document.querySelector('.slots tbody tr')");
await setTimeout(12_000);
ask('/crash');
await setTimeout(6_000);
await post('restart');
await setTimeout(2_000);
running.kill('SIGHUP');
await post('restart');
await setTimeout(4_000);

const picture = async (name, options) =>
  writeFileSync(join(docs, name), await tab.picture({ format: 'webp', ...options }));
const show = async (name) => {
  await tab.evaluate(`location.hash = '#${name}'`);
  await setTimeout(1_000);
};
await tab.evaluate(`document.querySelector('[aria-label="Show less time"]').click()`);
await setTimeout(500);
await tab.scheme('light');
await picture('web-overview.webp');
await tab.scheme('dark');
await show('charts');
await picture('web-charts.webp');
await show('restarts');
await picture('web-restarts.webp');
await tab.scheme('light');
await tab.size(390, 760);
await show('overview');
await picture('web-phone.webp');

clearInterval(load);
running.kill('SIGTERM');
running.once('exit', () => rmSync(folder, { recursive: true, force: true }));
writeFileSync(join(docs, 'web-hosts.webp'), await pictureOfHosts(browser));
await browser.close();
