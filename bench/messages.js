import { start, worker } from './masters.js';
import { atLeast, interleave, row } from './pairs.js';

/** One after the other in the same round: plain `process.send`, hand-made arrays, and ours; counted in the master, by command. */
const against = async (pairs, workers, { baseline, ours, title, goal, messages, each, cpu = false }) => {
  const how = { exec: worker('messages'), workers };
  const masters = { minimal: await start('minimal', how), proteus: await start('proteus', how) };
  const burst = (side, way) => () => masters[side].ask('burst', { messages, how: way, each });
  const samples = await interleave(title, pairs, {
    minimal: burst('minimal', baseline),
    proteus: burst('proteus', ours),
    again: burst('minimal', baseline),
  });
  await Promise.all(Object.values(masters).map((master) => master.end()));
  const rows = [row(title, samples, ({ rate }) => rate, { unit: '/s', goal: atLeast(goal) })];
  if (cpu) rows.push(row(`${title}: CPU time of the master`, samples, ({ cpu }) => cpu, { digits: 2, unit: ' µs' }));
  return rows;
};

/** From sending to receiving, end to end. */
export const measure = async (pairs) => {
  const rows = [];
  const plain = { baseline: 'plain', ours: 'plain', messages: 50_000, goal: 0.95, cpu: true };
  rows.push(...(await against(pairs, 1, { title: 'process.send into messages$', ...plain })));
  for (const workers of [1, 4]) {
    const from = workers === 1 ? '1 worker' : `${workers} workers`;
    const send = { baseline: 'plain', ours: 'send', messages: 200_000, goal: 5 };
    rows.push(...(await against(pairs, workers, { title: `send() from ${from}`, ...send })));
    const ceiling = { ...send, baseline: 'arrays', messages: 400_000, goal: 0.7, cpu: true };
    rows.push(...(await against(pairs, workers, { title: `send() beside arrays of 512, ${from}`, ...ceiling })));
  }
  const turns = { baseline: 'plain', ours: 'send', messages: 20_000 };
  rows.push(...(await against(pairs, 1, { title: 'send(), 1 message a turn', ...turns, each: 1, goal: 1 })));
  rows.push(...(await against(pairs, 1, { title: 'send(), 20 messages a turn', ...turns, each: 20, goal: 2.5 })));
  return rows;
};
