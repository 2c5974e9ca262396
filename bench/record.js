import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { start, worker } from './masters.js';
import { atMost, interleave, row } from './pairs.js';
import { cpuOf } from './usage.js';

const perSecond = 1_000;
/** How long one run is observed, and how long it settles before, in ms. */
const observed = 3_000;
const settled = 1_000;
/** After the first of them the memory has grown as far as it will. */
const [firstEvents, moreEvents] = [100_000, 1_000_000];

/** A master with one worker, and a folder for its recording. */
const recorded = async (use) => {
  const folder = mkdtempSync(join(tmpdir(), 'proteus-record-'));
  const master = await start('proteus', {
    exec: worker('http'),
    workers: 1,
    config: { log: false, control: false },
  });
  try {
    return await use(master, join(folder, 'web.jsonl'));
  } finally {
    await master.end();
    rmSync(folder, { recursive: true });
  }
};

/** The share of a core that a master uses while it has so many events a second, in percent. */
const shares = (pairs) =>
  recorded((master, file) => {
    const share = (path) => async () => {
      await master.ask('record', { path });
      await master.ask('crashes', { perSecond });
      await setTimeout(settled);
      const [before, begun] = [cpuOf(master.pid), performance.now()];
      await setTimeout(observed);
      const percent = ((cpuOf(master.pid) - before) / (performance.now() - begun)) * 100;
      await master.ask('crashes', { perSecond: 0 });
      await master.ask('record');
      return { percent };
    };
    return interleave('record', pairs, { minimal: share(), proteus: share(file), again: share() });
  });

/** How much the heap of a master grows over many events, in MB. */
const growth = (isRecorded) => () =>
  recorded(async (master, file) => {
    await master.ask('record', { path: isRecorded ? file : undefined });
    await master.ask('crashes', { count: firstEvents });
    const before = await master.ask('heap');
    await master.ask('crashes', { count: moreEvents });
    const after = await master.ask('heap');
    return { grown: after.mb - before.mb };
  });

/** What a recording costs a master, on Linux. */
export const measure = async (pairs) => {
  const cpu = await shares(pairs);
  const heap = await interleave('record: heap', Math.ceil(pairs / 10), {
    minimal: growth(false),
    proteus: growth(true),
    again: growth(false),
  });
  return [
    row(`a recording of ${perSecond} events a second: CPU of the master`, cpu, ({ percent }) => percent, {
      digits: 2,
      unit: ' %',
      added: true,
      goal: atMost(1, ' %'),
    }),
    row(`growth of its heap over ${moreEvents} events`, heap, ({ grown }) => grown, {
      digits: 2,
      unit: ' MB',
      added: true,
      goal: atMost(1, ' MB'),
    }),
  ];
};
