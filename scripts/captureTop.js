// Writes the screens of docs/top.md: a service under load whose worker crashes and which is restarted, in a terminal of tmux.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const page = new URL('../docs/top.md', import.meta.url);

const service = `
import { createServer, get } from 'node:http';
let count = 0;
const server = createServer(({ url }, response) => {
  if (url === '/orders/broken') throw new Error('the database is missing');
  setTimeout(() => response.end(), Math.random() * 20);
}).listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  setInterval(() => get({ port, path: '/orders/' + count }, (response) => response.resume()).on('error', () => {}), 10);
  setInterval(() => console.log('GET /orders/' + (count += 1)), 700);
  process.on('SIGUSR2', () => get({ port, path: '/orders/broken' }).on('error', () => {}));
});
`;

const folder = mkdtempSync(join(tmpdir(), 'proteus-'));
mkdirSync(join(folder, 'run'), { mode: 0o700 });
writeFileSync(join(folder, 'shop.mjs'), service);
const env = { ...process.env, PROTEUS_RUNTIME_DIR: join(folder, 'run'), LC_ALL: 'C.UTF-8', TMUX: undefined };

const tmux = (...args) =>
  execFileSync('tmux', ['-L', `proteus-${process.pid}`, '-u', '-f', '/dev/null', ...args], {
    encoding: 'utf8',
    env,
    cwd: folder,
  });
const screen = () => tmux('capture-pane', '-p').trimEnd();
const shows = async (pattern) => {
  while (!pattern.test(screen())) await setTimeout(100);
};
const press = (...keys) => tmux('send-keys', ...keys);

const master = spawn(process.execPath, [cli, 'start', 'shop.mjs', '-w', '3'], { cwd: folder, env, stdio: 'ignore' });
tmux('new-session', '-d', '-x', '100', '-y', '30', `${process.execPath} ${cli} top`);
await shows(/shop 3\/3/);
// A history to look at.
await setTimeout(30_000);
const slots = JSON.parse(execFileSync(process.execPath, [cli, 'ls', '--json'], { env, cwd: folder }))[0].clusters[0]
  .slots;
process.kill(slots[1].workers[0].pid, 'SIGUSR2');
await setTimeout(15_000);
press('r', 'y');
await shows(/1 of 3 slots replaced/);
const overview = screen();
await shows(/the restart is done/);
press('Down', 'Down', 'Enter');
await shows(/shop slot 2/);
await setTimeout(3_000);
const slot = screen();
press('q');
master.kill('SIGTERM');
await setTimeout(2_000);

const written = [overview, slot].reduce(
  (text, shown, at) =>
    text.replace(
      new RegExp(`(<!-- screen ${at + 1} -->\n\n\`\`\`text\n)[^]*?(\`\`\`)`),
      (_, before, after) => `${before}${shown}\n${after}`,
    ),
  readFileSync(page, 'utf8'),
);
writeFileSync(page, written);
rmSync(folder, { recursive: true });
