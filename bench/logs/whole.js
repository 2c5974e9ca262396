import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { recordsOf } from './run.js';

/**
 * Four workers write steadily while the log is rotated by its size, moved away by another program (with SIGHUP), and all workers are replaced twice.
 * Each reports at its end how many lines it has written: each line must occur once.
 */
export const whole = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'proteus-logs-'));
  const log = { file: join(folder, 'all.log'), rotate: { size: '4M', keep: 10_000, compress: true } };
  const master = fork(join(import.meta.dirname, 'steady.js'), [JSON.stringify(log)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  try {
    await once(master, 'message');
    for (const name of ['moved', 'again']) {
      await setTimeout(500);
      renameSync(log.file, `${log.file}.${name}`);
      master.kill('SIGHUP');
      master.send('restart');
      await once(master, 'message');
    }
    master.kill('SIGTERM');
    await once(master, 'exit');
    const seen = new Map();
    let written = 0;
    let twice = 0;
    for await (const { pid, i, count } of recordsOf(folder)) {
      written += count ?? 0;
      if (i === undefined) continue;
      const numbers = seen.get(pid) ?? new Set();
      if (numbers.has(i)) twice += 1;
      seen.set(pid, numbers.add(i));
    }
    const there = [...seen.values()].reduce((sum, { size }) => sum + size, 0);
    if (written !== there || twice > 0)
      throw new Error(`bench: ${written} lines written, ${there} there, ${twice} twice`);
    return { lines: written, workers: seen.size };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
