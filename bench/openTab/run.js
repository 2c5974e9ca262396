// A page that stays open: node bench/openTab/run.js [--minutes 60] [--rate 1000] [--file heap.jsonl]
// Each minute it shows every view for a while, and then its heap is measured after a collection of garbage.
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { serveMasters } from '../../dist/web.js';
import { openBrowser } from '../../scripts/browser.js';
import { median } from '../pairs.js';
import { replayedMaster } from './master.js';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    rate: { type: 'string', default: '1000' },
    file: { type: 'string' },
  },
});
const [minutes, rate] = [Number(values.minutes), Number(values.rate)];
if (!(minutes >= 3 && rate >= 1)) throw new Error('openTab: expected --minutes 3 or more and --rate 1 or more');

/** For so long each view is shown in a minute; the overview for the rest of it. In ms. */
const shownMs = 4_000;
const minuteMs = 60_000;
const views = ['charts', 'restarts', 'logs'];

/** The resident memory of the largest process below the browser that draws pages, in MB. */
const rendererMb = (browser) => {
  const parents = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => [Number(pid), parentOf(pid)]),
  );
  const isBelow = (pid) => pid === browser || (parents.has(pid) && isBelow(parents.get(pid)));
  const sizes = [...parents.keys()].filter((pid) => isBelow(pid) && isRenderer(pid)).map(residentMb);
  return Math.max(0, ...sizes);
};

const readProcess = (pid, file) => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    // It has ended meanwhile.
    return '';
  }
};
const parentOf = (pid) => Number(/^PPid:\s+(\d+)/m.exec(readProcess(pid, 'status'))?.[1] ?? 0);
const isRenderer = (pid) => readProcess(pid, 'cmdline').includes('--type=renderer');
const residentMb = (pid) => Number(/^VmRSS:\s+(\d+)/m.exec(readProcess(pid, 'status'))?.[1] ?? 0) / 1_024;

const show = (tab, view) => tab.evaluate(`void (location.hash = '#${view}')`);

const measure = async (tab, browser) => {
  await tab.ask('HeapProfiler.collectGarbage');
  const { usedSize } = await tab.ask('Runtime.getHeapUsage');
  const { nodes, jsEventListeners, documents } = await tab.ask('Memory.getDOMCounters');
  return {
    heap: Number((usedSize / 2 ** 20).toFixed(2)),
    nodes,
    listeners: jsEventListeners,
    documents,
    resident: Math.round(rendererMb(browser.pid)),
    load: Number(loadavg()[0].toFixed(1)),
  };
};

const folder = mkdtempSync(join(tmpdir(), 'open-tab-'));
const socket = join(folder, 'master.sock');
const master = await replayedMaster(socket, rate);
const server = await serveMasters({ port: 0, readOnly: true, find: async () => [{ id: 'replayed', path: socket }] });
const browser = await openBrowser();
const tab = await browser.tab();
// What the tools of the browser keep of a stream is not memory of the page.
await tab.ask('Network.disable');
await tab.size(1_280, 900);
await tab.open(server.link);
await tab.until("document.querySelector('.slots tbody tr')");

const samples = [];
const begun = performance.now();
for (let minute = 1; minute <= minutes; minute += 1) {
  /* oxlint-disable no-await-in-loop */
  await setTimeout(begun + minute * minuteMs - (views.length + 1) * shownMs - performance.now());
  for (const view of views) {
    await show(tab, view);
    await setTimeout(shownMs);
  }
  await show(tab, 'overview');
  await setTimeout(shownMs);
  const sample = { minute, ...(await measure(tab, browser)), ...master.counts() };
  /* oxlint-enable no-await-in-loop */
  samples.push(sample);
  console.log(JSON.stringify(sample));
  if (values.file !== undefined) appendFileSync(values.file, `${JSON.stringify(sample)}\n`);
}

const third = Math.floor(minutes / 3);
const compared = (name) => {
  const of = (part) => median(part.map(({ [name]: value }) => value));
  const [first, last] = [of(samples.slice(0, third)), of(samples.slice(-third))];
  return `${name}: ${first} in the first third, ${last} in the last, ratio ${(last / first).toFixed(3)}`;
};
for (const name of ['heap', 'nodes', 'listeners', 'resident']) console.log(compared(name));
for (const problem of tab.problems) console.log(`problem: ${problem}`);

await browser.close();
server.close();
master.close();
rmSync(folder, { recursive: true, force: true });
