import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isThere, pm2 } from './logs/pm2.js';
import { logs } from './logs/run.js';
import { whole } from './logs/whole.js';
import { atLeast, atMost, interleave, median, row } from './pairs.js';

/** Lines of each of four workers. */
const lines = 100_000;

const compare = (title, pairs, baseline, ours) =>
  interleave(title, pairs, { minimal: baseline, proteus: ours, again: baseline });

const rate = ({ rate }) => rate;
const cpu = ({ cpu }) => cpu;
const perSecond = { unit: '/s' };
const seconds = { digits: 2, unit: ' s' };

const own = () => logs({ kind: 'own', how: 'file', lines });
const by = (how) => () => logs({ kind: 'proteus', how, lines });
const in2012 = () => logs({ kind: 'in2012', how: 'send', lines });

/** Lines per second of four workers in one file, compared with the ways of other programs. Every line is counted at the end of each run. */
export const measure = async (pairs) => {
  const separate = await compare('logs: pino, a file each', pairs, own, by('stdout'));
  const faced = await compare('logs: the logger, a file each', pairs, own, by('logger'));
  const messages = await compare('logs: 2012', pairs, in2012, by('stdout'));
  const rows = [
    row('lines of 4 workers in one file, against a file each; pino', separate, rate, {
      ...perSecond,
      goal: atLeast(0.8),
    }),
    row('the same by `logger`', faced, rate, { ...perSecond, goal: atLeast(0.8) }),
    row('lines, against a message for each (2012)', messages, rate, { ...perSecond, goal: atLeast(1.6) }),
    row('CPU time of the master for a million, against 2012', messages, cpu, { ...seconds, goal: atMost(0.25) }),
  ];
  if (!isThere()) return rows;
  const theirs = await compare('logs: pm2', pairs, () => pm2({ lines }), by('stdout'));
  return [
    ...rows,
    row('lines, against pm2 with one file', theirs, rate, perSecond),
    row('CPU time of the master for a million, against pm2', theirs, cpu, seconds),
  ];
};

/** Checks that no line is lost over rotations, SIGHUP and restarts; measures the memory over ten million lines, and the effect of a flood on other workers. */
export const soak = {
  measure: async (pairs) => {
    const { lines: written, workers } = await whole();
    process.stderr.write(`whole: ${written} lines of ${workers} workers, none lost, torn or twice\n`);
    const grown = await compare(
      'logs: memory',
      Math.max(1, Math.round(pairs / 15)),
      () => many(1e6),
      () => many(1e7),
    );
    const delays = await compare(
      'logs: flood',
      pairs,
      () => served(0),
      () => served(20_000),
    );
    return [
      row('RSS of the master while it writes 10 million lines, against 1 million', grown, ({ rss }) => rss, {
        digits: 1,
        unit: ' MB',
        added: true,
        goal: atMost(20, ' MB'),
      }),
      row("p99 of one worker's answers while another writes 20,000 lines/s", delays, ({ p99 }) => p99, {
        digits: 2,
        unit: ' ms',
        goal: atMost(1.1),
      }),
      row('p50 of the same', delays, ({ p50 }) => p50, { digits: 2, unit: ' ms' }),
    ];
  },
};

/** So many lines, over rotations; what the master takes meanwhile, by looking four times a second. */
const many = async (count) => {
  const seen = [];
  const look = ({ master: { pid } }) => {
    const timer = setInterval(() => {
      try {
        seen.push(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1_024);
      } catch {
        clearInterval(timer);
      }
    }, 250);
  };
  const rotate = { size: '64M', keep: 2 };
  await logs({
    kind: 'proteus',
    how: 'stdout',
    lines: count / 4,
    rotate,
    checked: false,
    during: async (run) => look(run),
  });
  return { rss: median(seen) };
};

/** Requests one after the other on each of eight connections, for two seconds. */
const served = async (flood) => {
  const folder = mkdtempSync(join(tmpdir(), 'proteus-flood-'));
  const master = fork(
    join(import.meta.dirname, 'logs/flood.js'),
    [JSON.stringify({ file: join(folder, 'all.log'), rate: flood })],
    {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    },
  );
  try {
    const [{ port }] = await once(master, 'message');
    master.send({ flood: flood > 0 });
    await setTimeout(300);
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    const times = [];
    const until = performance.now() + 2_000;
    const client = async () => {
      while (performance.now() < until) {
        const asked = performance.now();
        await ask(port, agent);
        times.push(performance.now() - asked);
        await setTimeout(2);
      }
    };
    await Promise.all(Array.from({ length: 8 }, client));
    agent.destroy();
    const sorted = times.toSorted((one, other) => one - other);
    const at = (share) => sorted[Math.floor(sorted.length * share)];
    return { p50: at(0.5), p99: at(0.99) };
  } finally {
    master.disconnect();
    await once(master, 'exit');
    rmSync(folder, { recursive: true, force: true });
  }
};

const ask = (port, agent) =>
  new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, agent }, (response) => response.resume().once('end', resolve))
      .once('error', reject)
      .end();
  });
