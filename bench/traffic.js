import { Subject } from 'rxjs';
import { route } from 'proteus-cluster';
import { each, start, worker } from './masters.js';
import { atMost, interleave, row } from './pairs.js';

/** One master of each kind, asked in turn. */
const asked = async (pairs, workers, title, ask) => {
  const how = { exec: worker('messages'), workers };
  const masters = { minimal: await start('minimal', how), proteus: await start('proteus', how) };
  const side = (name) => (name === 'proteus' ? masters.proteus : masters.minimal);
  const samples = await interleave(
    title,
    pairs,
    each((name) => side(name).ask(...ask(name))),
  );
  await Promise.all(Object.values(masters).map((master) => master.end()));
  return samples;
};

/** The cost of a message in the master if one of several handlers is for it, in ns. */
const routed = (handlers) => {
  const messages$ = new Subject();
  let count = 0;
  const heard = () => void (count += 1);
  const table = Object.fromEntries(Array.from({ length: handlers }, (_, index) => [`cmd${index}`, heard]));
  messages$.pipe(route(table)).subscribe();
  const messages = Array.from({ length: 1_000 }, (_, index) => ({ message: { cmd: `cmd${index % handlers}` } }));
  const used = process.cpuUsage();
  for (let round = 0; round < 1_000; round += 1) for (const message of messages) messages$.next(message);
  const { user, system } = process.cpuUsage(used);
  return { ns: ((user + system) * 1_000) / count };
};

const trips =
  (count, more = {}) =>
  () => ['trips', { count, ...more }];

/** Round trips, requests, routes, a flood, and memory. */
export const measure = async (pairs) => {
  const rows = [];
  const ms = { digits: 3, unit: ' ms' };
  const single = await asked(pairs, 1, 'a message there and back', trips(2_000));
  rows.push(row('a message there and back, median', single, ({ median }) => median, { ...ms, goal: atMost(1.2) }));
  const asking = await asked(pairs, 8, 'request() to 8 workers', trips(200, { asking: true }));
  rows.push(row('request() to 8 workers, beside a message there and back, median', asking, ({ median }) => median, ms));
  rows.push(row('request() to 8 workers, beside a message there and back, p99', asking, ({ p99 }) => p99, ms));

  const routes = await interleave('routes', pairs, {
    minimal: () => routed(1),
    proteus: () => routed(100),
    again: () => routed(1),
  });
  rows.push(row('100 routes, beside one', routes, ({ ns }) => ns, { unit: ' ns', goal: atMost(1.2) }));

  const flood = await asked(pairs, 2, 'a flood', (name) => [
    'flood',
    { ms: 500, how: name === 'proteus' ? 'send' : 'plain' },
  ]);
  const late = { digits: 1, unit: ' ms', added: true, goal: atMost(100, ' ms') };
  const delay = (of, pick) =>
    row(`a flood by send(): longest delay of ${of}, beside a flood by process.send`, flood, pick, late);
  rows.push(
    delay("another worker's message", ({ message }) => message),
    delay('a timer', ({ timer }) => timer),
    delay('a signal', ({ signal }) => signal),
  );

  rows.push(...(await memory()));
  return rows;
};

/** RSS of the master after two million messages, when the heap has found its size, and after ten million more. */
const memory = async () => {
  const master = await start('proteus', { exec: worker('messages'), workers: 1 });
  const million = async () => {
    await master.ask('burst', { messages: 1_000_000, how: 'send' });
    return master.ask('memory');
  };
  await million();
  const early = await million();
  for (let count = 1; count < 10; count += 1) await million();
  const late = await million();
  await master.end();
  const samples = [{ minimal: early, proteus: late, again: early }];
  return [
    row('RSS after 12 million messages, beside after two', samples, ({ mb }) => mb, {
      digits: 1,
      unit: ' MB',
      added: true,
      goal: atMost(5, ' MB'),
    }),
  ];
};
