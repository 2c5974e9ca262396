// pm2's bus beside process.send and send() in the same run: node bench/peers/bus.js [messages]. First: npm run peers:install, npm run build.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { start, worker } from '../masters.js';
import { median } from '../pairs.js';

const messages = Number(process.argv[2] ?? 100_000);
const rounds = 3;
const home = mkdtempSync(join(tmpdir(), 'proteus-bus-'));
// A daemon of its own: no other is touched.
process.env.PM2_HOME = home;
const { default: pm2 } = await import('pm2');
const call = (name, ...args) =>
  new Promise((resolve, reject) => {
    pm2[name](...args, (error, result) => (error ? reject(error) : resolve(result)));
  });

const ours = async (side, how) => {
  const master = await start(side, { exec: worker('messages'), workers: 1 });
  const { rate } = await master.ask('burst', { messages, how });
  await master.end();
  return rate;
};

/** From the first message to the last that comes within five seconds of another: the bus may lose some. */
const bus = async () => {
  const listener = await call('launchBus');
  let count = 0;
  let first = 0;
  let last = 0;
  const counted = new Promise((resolve) => {
    let silence;
    listener.on('fromWorker', () => {
      count += 1;
      last = performance.now();
      first ||= last;
      if (count % 1_000 === 1) {
        clearTimeout(silence);
        silence = setTimeout(resolve, 5_000);
      }
      if (count === messages) resolve();
    });
  });
  const script = join(import.meta.dirname, 'service/bus.cjs');
  await call('start', { script, name: 'bus', exec_mode: 'cluster', instances: 1, env: { COUNT: String(messages) } });
  await counted;
  await call('delete', 'bus');
  listener.close?.();
  return { rate: (count - 1) / ((last - first) / 1_000), count };
};

const rates = { plain: [], send: [], bus: [] };
let heard = messages;
await call('connect');
for (let round = 0; round < rounds; round += 1) {
  rates.plain.push(await ours('minimal', 'plain'));
  rates.send.push(await ours('proteus', 'send'));
  const { rate, count } = await bus();
  rates.bus.push(rate);
  heard = Math.min(heard, count);
}
await call('killDaemon');
pm2.disconnect();
rmSync(home, { recursive: true, force: true });

const [plain, send, pm2s] = [rates.plain, rates.send, rates.bus].map(median);
console.log(`process.send into cluster.on('message')  ${Math.round(plain)}/s`);
console.log(
  `send() into messages$                    ${Math.round(send)}/s, ${(send / plain).toFixed(2)} times as many`,
);
console.log(
  `pm2's bus                                ${Math.round(pm2s)}/s, ${(pm2s / plain).toFixed(2)} times as many; ${heard} of ${messages} heard`,
);
process.exit();
