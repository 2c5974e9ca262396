import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { start, worker } from './masters.js';
import { interleave, ownAtMost, row } from './pairs.js';
import { cpuOf } from './usage.js';

const cli = join(import.meta.dirname, '../dist/cli.js');
const [workers, linesPerSecond] = [32, 5_000];
/** How long one run is observed, and how long it settles before, in ms. */
const observed = 10_000;
const settled = 5_000;

/** A command on a terminal of its own, which `script` makes. */
const onTerminal = async (command, size = 'cols 120 rows 40') => {
  const child = spawn('script', ['-qfc', `stty ${size}; exec ${command}`, '/dev/null'], {
    stdio: ['pipe', 'ignore', 'inherit'],
    env: { ...process.env, TERM: 'xterm-256color' },
  });
  await setTimeout(settled);
  const [pid] = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').split(' ').map(Number);
  return {
    pid,
    end: async () => {
      process.kill(pid, 'SIGTERM');
      await once(child, 'exit');
    },
  };
};

/** The share of a core that a command on a terminal uses, in percent. */
const shareOf = (command) => async () => {
  const shown = await onTerminal(command);
  const before = cpuOf(shown.pid);
  const begun = performance.now();
  await setTimeout(observed);
  const percent = ((cpuOf(shown.pid) - before) / (performance.now() - begun)) * 100;
  await shown.end();
  return percent;
};

/** What `proteus top` costs while 32 workers write 5,000 lines a second, beside a process of Node that waits. On Linux. */
export const measure = async (pairs) => {
  process.env.PROTEUS_RUNTIME_DIR = mkdtempSync(join(tmpdir(), 'proteus-'));
  const env = { LINES: String(linesPerSecond / workers) };
  const master = await start('proteus', {
    exec: worker('lines'),
    workers,
    config: { env, log: { file: join(process.env.PROTEUS_RUNTIME_DIR, 'log'), rotate: { size: '10M', keep: 1 } } },
  });
  const waits = shareOf(`${process.execPath} --eval 'setInterval(() => {}, 1e9)'`);
  const samples = await interleave('top', Math.ceil(pairs / 6), {
    minimal: waits,
    proteus: shareOf(`${process.execPath} ${cli} top`),
    again: waits,
  });
  await master.end();
  rmSync(process.env.PROTEUS_RUNTIME_DIR, { recursive: true });
  return [
    row(
      `proteus top with ${workers} workers that write ${linesPerSecond} lines a second, of a core`,
      samples,
      (percent) => percent,
      {
        digits: 2,
        unit: ' %',
        added: true,
        goal: ownAtMost(2, ' %'),
      },
    ),
  ];
};
