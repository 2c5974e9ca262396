import { setTimeout } from 'node:timers/promises';
import { sides, start, worker } from './masters.js';
import { atMost, interleave, row } from './pairs.js';
import { preload } from './preload.js';
import { costs } from './requests.js';
import { usedBy } from './usage.js';

const workers = 8;
/** How long one run is observed, and how long it settles before, in ms. */
const observed = 3_000;
const settled = 1_200;
/** The same for masters that run at the same time: how long they settle, and how long a round observes them, in ms. */
const together = 15_000;

/** The share of a core that workers that do nothing and their master use, in percent, with and without a subscriber of `stats$`. */
const idle = async (pairs) => {
  const master = await start('proteus', { exec: worker('http'), workers });
  const used = () => usedBy(master.pid);
  const share = (wanted) => async () => {
    await master.ask('sample', { wanted });
    await setTimeout(settled);
    const before = used();
    const begun = performance.now();
    await setTimeout(observed);
    const percent = ((used() - before) / (performance.now() - begun)) * 100;
    await master.ask('sample', { wanted: false });
    return percent;
  };
  const samples = await interleave('stats', pairs, {
    minimal: share(false),
    proteus: share(true),
    again: share(false),
  });
  await master.end();
  return samples;
};

const bare = () => start('minimal', { exec: worker('reporting'), workers });
const sampled = async () => {
  const master = await start('proteus', { exec: worker('http'), workers });
  await master.ask('sample', { wanted: true });
  return master;
};

/** The same beside workers that only wake each second and send a short message, and a minimal master that receives it. All run at the same time. */
const besideBare = async (rounds) => {
  const masters = await Promise.all([bare(), sampled(), bare()]);
  await setTimeout(together);
  const samples = [];
  for (let round = 0; round < rounds; round += 1) {
    const before = masters.map(({ pid }) => usedBy(pid));
    const begun = performance.now();
    // One after the other.
    // oxlint-disable-next-line no-await-in-loop
    await setTimeout(together);
    const ms = performance.now() - begun;
    samples.push(Object.fromEntries(sides.map((side, n) => [side, ((usedBy(masters[n].pid) - before[n]) / ms) * 100])));
  }
  await Promise.all(masters.map((master) => master.end()));
  return samples;
};

/** What samples cost, on Linux. */
export const measure = async (pairs) => {
  const shares = await idle(pairs);
  const beside = await besideBare(Math.ceil(pairs / 3));
  const withPreload = { execArgv: ['--require', preload] };
  const requests = await costs(Math.ceil(pairs / 4), {
    minimal: withPreload,
    proteus: { ...withPreload, sampled: true },
    again: withPreload,
  });
  const micros = { digits: 1, unit: ' µs' };
  return [
    row(`a subscriber of stats$: ${workers} idle workers and their master, of a core`, shares, (percent) => percent, {
      digits: 2,
      unit: ' %',
      added: true,
      goal: atMost(0.5, ' %'),
    }),
    row(
      `the same, beside ${workers} workers and a master that do nothing but send and receive one message a second`,
      beside,
      (percent) => percent,
      {
        digits: 2,
        unit: ' %',
      },
    ),
    row('CPU time of a worker for a request while it is sampled, keep-alive', requests, ({ kept }) => kept, micros),
    row('the same, Connection: close', requests, ({ closed }) => closed, micros),
  ];
};
