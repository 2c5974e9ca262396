import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';

/** The files are complete when they have not changed for this time, in ms. */
const quiet = 250;

/** All files of a log: the one that is written to, those that have been rotated, or those of each worker. */
const files = (folder) => readdirSync(folder).map((name) => join(folder, name));

export const size = (folder) => files(folder).reduce((sum, name) => sum + statSync(name).size, 0);

/** When the files of a folder have changed for the last time. */
export const settled = async (folder, still = quiet) => {
  let last = size(folder);
  let at = performance.now();
  while (performance.now() - at < still) {
    await setTimeout(2);
    const now = size(folder);
    if (now === last) continue;
    last = now;
    at = performance.now();
  }
  return at;
};

/** Reads all files: each line must be JSON, and each number of each worker must occur once. (pino itself may change their order when a process ends.) */
export const check = async (folder, workers, lines) => {
  const seen = new Map();
  let torn = 0;
  let twice = 0;
  for await (const record of recordsOf(folder)) {
    if (record === undefined) torn += 1;
    if (record?.i === undefined) continue;
    const { pid, i } = record;
    const numbers = seen.get(pid) ?? new Uint8Array(lines);
    seen.set(pid, numbers);
    twice += numbers[i];
    numbers[i] = 1;
  }
  const there = [...seen.values()].reduce((sum, numbers) => sum + numbers.reduce((all, one) => all + one, 0), 0);
  const lost = workers * lines - there;
  if (torn > 0 || lost !== 0 || twice > 0) {
    throw new Error(`bench: of ${workers * lines} lines ${lost} are lost, ${torn} torn, ${twice} there twice`);
  }
};

/** Of all files of a log; `undefined` for a line that is no JSON. */
export async function* recordsOf(folder) {
  for (const name of files(folder)) {
    for await (const line of linesOf(name)) {
      let record;
      try {
        record = JSON.parse(line);
      } catch {}
      yield record;
    }
  }
}

async function* linesOf(name) {
  const raw = createReadStream(name);
  let rest = '';
  for await (const chunk of name.endsWith('.gz') ? raw.pipe(createGunzip()) : raw) {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop();
    yield* lines;
  }
  if (rest !== '') yield rest;
}

/** One run: lines per second from `go` until the last has been written, and the CPU time of the master for a million of them. */
export const logs = async ({ kind, how, workers = 4, lines, rotate, during = async () => {}, checked = true }) => {
  const folder = mkdtempSync(join(tmpdir(), 'proteus-logs-'));
  const file = join(folder, 'all.log');
  const master = fork(join(import.meta.dirname, 'master.js'), [JSON.stringify({ kind, how, workers, file, rotate })], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  try {
    await once(master, 'message');
    const begun = performance.now();
    master.send({ lines });
    const busy = during({ master, folder });
    await once(master, 'message');
    const took = (await settled(folder)) - begun;
    master.send({});
    const [{ cpu }] = await once(master, 'message');
    await busy;
    if (master.exitCode === null) await once(master, 'exit');
    if (checked) await check(folder, workers, lines);
    const millions = (workers * lines) / 1e6;
    return { rate: (workers * lines) / (took / 1_000), cpu: cpu / millions };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
