import type { Master } from '../../client.js';
import type { StatsEvent } from '../../index.js';
import type { Command, Io } from '../command.js';
import { allMasters } from '../eachMaster.js';
import { exitCodes } from '../exitCodes.js';
import { untilEnded } from '../follow.js';
import { untilInterrupted } from '../interrupt.js';
import { numberOption } from '../readOption.js';
import { selectMasters, selectOptions, targetAnd } from '../select.js';
import { type Column, table } from '../table.js';
import { bytes, duration, percent, shortDuration } from '../units.js';

export const stats: Command = {
  name: 'stats',
  summary: 'Shows what the workers use and do: memory, CPU, event loop, requests.',
  usage: '[target]',
  details: `Workers are sampled once a second while somebody asks, so the command takes two seconds: CPU and requests are
those between two samples. loop is the share of the time in which the event loop was busy, delay how late
timers were (99th percentile).`,
  options: {
    follow: { short: 'f', text: 'Show them again each second.' },
    slot: { value: 'N', text: 'Only of this slot.' },
    json: { text: 'Print the samples as JSON, one a line.' },
    ...selectOptions,
  },
  examples: [
    ['stats', 'all workers of the only master'],
    ['stats web -f', 'again each second'],
    ['stats --json -f | jq .usage.rss', 'for scripts'],
  ],
  run: async (input, io) => {
    const { target } = targetAnd('stats', input, []);
    const slot = numberOption(input, 'slot', 1);
    const follow = input.options['follow'] === true;
    const json = input.options['json'] === true;
    const masters = await selectMasters(input, target, io);
    const show = json ? showJson(io) : showTables(io, follow, masters.length);
    const watchOne = (master: Master): Promise<number> =>
      untilEnded(master, io, follow, async () => {
        const at = masters.indexOf(master);
        const showNone = () => masters.length > 1 && show(at, new Map());
        try {
          await watch(master, slot, follow, (samples) => show(at, samples));
        } catch (error) {
          // The others' table does not wait for it.
          showNone();
          throw error;
        }
        // It has ended.
        if (follow) showNone();
      });
    return untilInterrupted(
      () => allMasters(masters, io, watchOne),
      () => exitCodes.ok,
    );
  },
};

/** The last two samples of each worker. */
type Samples = Map<number, readonly [before: StatsEvent | undefined, last: StatsEvent]>;

/** How long two samples of each worker may take. */
const longestWaitMs = 5_000;
/** A worker that has not been sampled for so long has left. */
const goneAfterMs = 3_000;
/** Samples come each second, a little sooner or later. */
const shortestRoundMs = 900;

/** Calls `show` when two samples of each worker have come; with `follow`, then each second. */
const watch = async (
  master: Master,
  slot: number | undefined,
  follow: boolean,
  show: (samples: Samples) => void,
): Promise<void> => {
  const workers = await master.workers({ slot });
  const expected = workers.filter(({ leaving }) => leaving !== true);
  const samples: Samples = new Map();
  const stream = master.followStats({ slot })[Symbol.asyncIterator]();
  const begun = performance.now();
  let shownAt = -Infinity;
  // The stream keeps the process alive, and after an error nothing should.
  const giveUp = follow ? undefined : setTimeout(() => void stream.return?.(), longestWaitMs).unref();
  for (;;) {
    const now = performance.now();
    const complete = expected.every(({ id }) => samples.get(id)?.[0] !== undefined);
    if (samples.size > 0 && (complete || now - begun > longestWaitMs) && now - shownAt > shortestRoundMs) {
      show(samples);
      shownAt = now;
      if (!follow) break;
    }
    // oxlint-disable-next-line no-await-in-loop
    const { done, value } = await stream.next();
    if (done === true) break;
    if ('dropped' in value) continue;
    samples.set(value.worker.id, [samples.get(value.worker.id)?.[1], value]);
    for (const [id, [, last]] of samples) if (value.time - last.time > goneAfterMs) samples.delete(id);
  }
  clearTimeout(giveUp);
  await stream.return?.();
  if (shownAt === -Infinity) show(samples);
};

const showJson =
  ({ out }: Io) =>
  (_: number, samples: Samples): void => {
    for (const [, last] of samples.values()) out(`${JSON.stringify(last)}\n`);
  };

const columns: readonly Column<readonly [StatsEvent | undefined, StatsEvent]>[] = [
  { title: 'cluster', cell: ([, { cluster }]) => [cluster, 'bold'], priority: 6, flexible: true },
  { title: 'slot', cell: ([, { worker }]) => String(worker.slot), align: 'right' },
  { title: 'worker', cell: ([, { worker }]) => String(worker.id), align: 'right', priority: 2 },
  { title: 'pid', cell: ([, { worker }]) => String(worker.pid ?? ''), align: 'right', priority: 4 },
  { title: 'memory', cell: ([, { usage }]) => (usage === undefined ? '' : bytes(usage.rss)), align: 'right' },
  {
    title: 'heap',
    cell: ([, { report }]) => (report === undefined ? '' : bytes(report.heap.used)),
    align: 'right',
    priority: 1,
  },
  { title: 'CPU', cell: ([before, last]) => cpuOf(before, last), align: 'right' },
  {
    title: 'loop',
    cell: ([, { report, age = 0 }]) =>
      report === undefined || age > goneAfterMs ? ['silent', 'red'] : percent(report.eventLoop.utilization),
    align: 'right',
    priority: 7,
  },
  {
    title: 'delay',
    cell: ([, { report }]) => (report === undefined ? '' : duration(report.eventLoop.delay.p99)),
    align: 'right',
    priority: 3,
  },
  { title: 'requests', cell: ([before, last]) => requestsOf(before, last), align: 'right', priority: 8 },
  {
    title: 'in flight',
    cell: ([, { report }]) => String(report?.requests.inFlight ?? ''),
    align: 'right',
    priority: 5,
  },
  { title: 'uptime', cell: ([, { uptime }]) => shortDuration(uptime), align: 'right', priority: 1 },
];

const cpuOf = (before: StatsEvent | undefined, last: StatsEvent): string => {
  if (before?.usage === undefined || last.usage === undefined || last.uptime <= before.uptime) return '';
  return percent((last.usage.cpu - before.usage.cpu) / (last.uptime - before.uptime));
};

const requestsOf = (before: StatsEvent | undefined, last: StatsEvent): string => {
  const [one, other] = [before?.report, last.report];
  if (one === undefined || other === undefined || other.uptime <= one.uptime) return '';
  const count = other.requests.completed - one.requests.completed;
  return `${Math.round((count * 1_000) / (other.uptime - one.uptime))}/s`;
};

/** One table for all masters. On a terminal it replaces the one before. */
const showTables = ({ out, width, paint, terminal }: Io, follow: boolean, masters: number) => {
  const latest: Samples[] = [];
  let height = 0;
  return (at: number, samples: Samples): void => {
    latest[at] = samples;
    if (latest.filter(Boolean).length < masters) return;
    const rows = latest.flatMap((some) => Array.from(some.values())).toSorted(bySlot);
    if (rows.length === 0) {
      out('No worker has been sampled.\n');
      return;
    }
    const text = table(columns, rows, { width, paint });
    const redraw = follow && terminal && height > 0 ? `\u001B[${height}A\u001B[J` : '';
    const between = follow && !terminal && height > 0 ? '\n' : '';
    height = text.split('\n').length - 1;
    out(`${redraw}${between}${text}`);
  };
};

const bySlot = ([, one]: readonly [unknown, StatsEvent], [, other]: readonly [unknown, StatsEvent]): number =>
  one.cluster === other.cluster ? one.worker.slot - other.worker.slot : one.cluster.localeCompare(other.cluster);
