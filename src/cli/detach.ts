import { fstatSync, openSync, readSync } from 'node:fs';
import { type MasterReport, masters } from '../client.js';
import type { Io } from './command.js';
import { exitCodes } from './exitCodes.js';
import { harmless, harmlessLines } from './harmless.js';
import { untilInterrupted } from './interrupt.js';
import { closeLog, openLog } from './logFolder.js';
import { type StatusLine, statusLine } from './statusLine.js';
import { duration } from './units.js';

/** What is started in the background. */
export interface Background {
  /** The arguments of this program. */
  readonly args: readonly string[];
  /** Where its output goes, and its log if it has no other. */
  readonly log: string;
  /** The clusters that it starts. */
  readonly clusters: readonly string[];
}

/** Starts this program once more in the background, and waits until its clusters have started, or it has failed. */
export const detach = async ({ args, log, clusters }: Background, io: Io): Promise<number> => {
  const output = openLog(log);
  const logged = fstatSync(output).size;
  const begun = performance.now();
  const { spawn } = await import('node:child_process');
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? '', ...args], {
    detached: true,
    stdio: ['ignore', output, output],
  });
  closeLog(output);
  child.unref();
  let end: string | undefined;
  child.once(
    'exit',
    (code, signal) => (end = signal === null ? `it exited with code ${code}` : `it was ended by ${signal}`),
  );
  child.once('error', (error) => (end = error.message));
  const { pid = 0 } = child;
  const status = statusLine(io);
  const { missing, why } = await untilInterrupted(
    () => outcomeOfStart(pid, clusters, () => end !== undefined, status),
    () => {
      status.clear();
      io.err(`It goes on starting in the background, pid ${pid}. Its log: ${log}\n`);
    },
  ).finally(status.clear);
  if (missing.length > 0) {
    io.err(
      `${io.paint('red', 'failed')}: ${harmless(missing.join(', '))}: ${end ?? `${why}, pid ${pid}`}\n${lastLines(log, logged)}The log: ${log}\n`,
    );
    return exitCodes.failed;
  }
  const took = duration(performance.now() - begun);
  io.out(`${io.paint('green', 'started')}: ${harmless(clusters.join(', '))} (pid ${pid}) after ${took}\n`);
  const target = targetOf(clusters, pid);
  io.out(`  log   ${harmless(log)}  (proteus logs ${target} -f)\n  stop  proteus stop ${target}\n`);
  return exitCodes.ok;
};

/** What selects the master in a command line: its cluster, if a shell reads the name as it is. */
const targetOf = (clusters: readonly string[], pid: number): string | number => {
  const [name, ...others] = clusters;
  return name !== undefined && others.length === 0 && /^[\w.@:][\w.@:-]*$/.test(name) ? name : pid;
};

const lookAgainMs = 50;
/** A cluster that has not begun although none is starting has failed: it gave up, or could not begin at all. One that starts after another begins at once. */
const beginMs = 2_000;
/** A master answers soon after its first fork. One that does not has no control socket, and may never have one. */
const silentMs = 15_000;

interface Outcome {
  /** The clusters that have not started, or of which nobody knows it. */
  readonly missing: readonly string[];
  /** What is known of them, and what runs all the same. */
  readonly why?: string;
}

/** Waits until all clusters have started, or it is clear that some do not. */
const outcomeOfStart = async (
  pid: number,
  clusters: readonly string[],
  hasEnded: () => boolean,
  status: StatusLine,
): Promise<Outcome> => {
  let idleSince: number | undefined;
  let answeredAt = performance.now();
  for (;;) {
    if (hasEnded()) return { missing: clusters };
    // oxlint-disable-next-line no-await-in-loop
    const found = await clustersOf(pid);
    const started = found
      ?.filter(({ phase }) => phase !== 'starting' && phase !== 'ended')
      .map(({ cluster }) => cluster);
    const missing = clusters.filter((name) => started?.includes(name) !== true);
    if (missing.length === 0) return { missing };
    if (found !== undefined) answeredAt = performance.now();
    if (performance.now() - answeredAt > silentMs)
      return {
        missing,
        why: 'it is not known whether it has started. The master runs, and does not answer on its control socket',
      };
    const idle = found !== undefined && found.length > 0 && found.every(({ phase }) => phase !== 'starting');
    idleSince = idle ? (idleSince ?? performance.now()) : undefined;
    if (idleSince !== undefined && performance.now() - idleSince > beginMs)
      return { missing, why: 'it has not started. The others run' };
    status.show(`starting ${harmless(missing.join(', '))} …`);
    // oxlint-disable-next-line no-await-in-loop
    await new Promise((resolve) => {
      setTimeout(resolve, lookAgainMs);
    });
  }
};

/** `undefined` as long as the master does not answer. */
const clustersOf = async (pid: number): Promise<MasterReport['clusters'] | undefined> => {
  const master = (await masters()).find((one) => one.pid === pid);
  try {
    return (await master?.status())?.clusters;
  } catch {
    return undefined;
  }
};

const maxLines = 12;
const maxBytes = 16_384;

/** The end of what was written to a log since it had this size, for people: warnings and errors of the master, and what is not JSON. */
const lastLines = (file: string, from: number): string => {
  const log = openSync(file, 'r');
  const { size } = fstatSync(log);
  const begin = Math.max(from, size - maxBytes);
  const buffer = Buffer.alloc(Math.max(0, size - begin));
  readSync(log, buffer, 0, buffer.length, begin);
  closeLog(log);
  const lines = buffer.toString('utf8').split('\n').flatMap(forPeople);
  return lines
    .slice(-maxLines)
    .map((line) => `  ${harmlessLines(line).replaceAll('\n', '\n  ')}\n`)
    .join('');
};

const forPeople = (line: string): readonly string[] => {
  if (!line.startsWith('{')) return line.trim() === '' ? [] : [line];
  try {
    const { level, msg }: { readonly level?: number; readonly msg?: string } = JSON.parse(line);
    return level !== undefined && level >= 40 && msg !== undefined ? [msg] : [];
  } catch {
    return [];
  }
};
