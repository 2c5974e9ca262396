import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { findChromium, openBrowser } from '../scripts/browser.js';
import { start, worker } from './masters.js';
import { atMost, interleave, ownAtMost, row } from './pairs.js';

const token = 'a-token-for-measurements';
const workers = 32;
/** How long one run is observed, and how long it settles before, in ms. */
const observed = 5_000;
const settled = 2_500;
/** What the page keeps is full after the first events. An hour at 1,000 a second has 3.6 million; this is a part of it. */
const [firstEvents, moreEvents] = [20_000, 100_000];

/** The CPU time that the main thread of a process has used, in ms. /proc/PID/stat counts in steps of 10 ms. */
const cpuOf = (pid) => Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

const served = async (count) => {
  const port = await freePort();
  const config = { log: false, web: { port, token } };
  const master = await start('proteus', { exec: worker('http'), workers: count, config });
  // The part that serves is loaded when the cluster has started.
  await setTimeout(2_000);
  return { ...master, url: `http://127.0.0.1:${port}`, webPort: port };
};

/** Reads what an open page reads. */
const openStream = ({ webPort, pid }) => {
  const headers = { authorization: `Bearer ${token}` };
  const asked = request(
    { host: '127.0.0.1', port: webPort, path: `/masters/${pid}/v1/live?last=1000`, headers },
    (response) => response.resume(),
  );
  asked.on('error', () => {}).end();
  return () => asked.destroy();
};

/** The share of a core that a master uses, in percent. */
const shareOf = (master, open) => async () => {
  const close = open ? openStream(master) : () => {};
  await setTimeout(settled);
  const [before, begun] = [cpuOf(master.pid), performance.now()];
  await setTimeout(observed);
  const percent = ((cpuOf(master.pid) - before) / (performance.now() - begun)) * 100;
  close();
  return percent;
};

/** What the option costs a master with idle workers while no page is open, and what an open page costs then. */
const shares = async (pairs) => {
  const shown = await served(workers);
  const without = await start('proteus', { exec: worker('http'), workers, config: { log: false } });
  const option = await interleave('web, no page', pairs, {
    minimal: shareOf(without, false),
    proteus: shareOf(shown, false),
    again: shareOf(without, false),
  });
  await without.end();
  const page = await interleave('web, a page', pairs, {
    minimal: shareOf(shown, false),
    proteus: shareOf(shown, true),
    again: shareOf(shown, false),
  });
  await shown.end();
  return { option, page };
};

/** From the request of the page to its first paint, and to the first picture of the cluster, in ms. */
const firstPictures = async (browser, rounds) => {
  const master = await served(4);
  const samples = [];
  for (let round = 0; round <= rounds; round += 1) {
    const tab = await browser.tab();
    await tab.open(`${master.url}/#token=${token}`);
    const picture = await tab.until("performance.getEntriesByName('first picture')[0]?.startTime");
    const paint = await tab.until("performance.getEntriesByName('first-paint')[0]?.startTime");
    await tab.close();
    if (round > 0) samples.push({ minimal: paint, proteus: picture, again: paint });
  }
  await master.end();
  return samples;
};

const heapOf = async (tab) => {
  await tab.ask('HeapProfiler.collectGarbage');
  const { usedSize } = await tab.ask('Runtime.getHeapUsage');
  return usedSize / 2 ** 20;
};

/** The heap of a page before and after many events, in MB. */
const heaps = async (browser, rounds) => {
  const samples = [];
  for (let round = 0; round < rounds; round += 1) {
    const master = await served(4);
    const tab = await browser.tab();
    await tab.open(`${master.url}/#token=${token}`);
    await tab.until("document.querySelector('.slots tbody tr')");
    const after = async (count) => {
      await master.ask('reopen', { count });
      await setTimeout(settled);
      return heapOf(tab);
    };
    const before = await after(firstEvents);
    const more = await after(moreEvents);
    samples.push({ minimal: before, proteus: more, again: before });
    await tab.close();
    await master.end();
  }
  return samples;
};

const inBrowser = async (pairs) => {
  if (findChromium() === undefined) {
    console.error('web: without Chromium, what happens in the browser is not measured');
    return [];
  }
  const browser = await openBrowser();
  const pictures = await firstPictures(browser, pairs);
  const memory = await heaps(browser, Math.ceil(pairs / 10));
  await browser.close();
  return [
    row('the first picture of the page, beside its first paint', pictures, (ms) => ms, {
      unit: ' ms',
      goal: ownAtMost(300, ' ms'),
    }),
    row(`heap of the page after ${moreEvents} more events`, memory, (mb) => mb, {
      digits: 1,
      unit: ' MB',
      goal: atMost(1.1),
    }),
  ];
};

/** What the web page costs, on Linux. */
export const measure = async (pairs) => {
  const kB = gzipSync(readFileSync(new URL('../dist/page.html', import.meta.url))).length / 1_000;
  const size = { minimal: kB, proteus: kB, again: kB };
  const { option, page } = await shares(pairs);
  const percents = { digits: 2, unit: ' %', added: true };
  return [
    row(`web without a page: a master of ${workers} idle workers, of a core`, option, (percent) => percent, percents),
    row('an open page: the same', page, (percent) => percent, { ...percents, goal: atMost(1, ' %') }),
    row('the page, compressed', [size], (value) => value, { digits: 1, unit: ' kB', goal: ownAtMost(60, ' kB') }),
    ...(await inBrowser(pairs)),
  ];
};
