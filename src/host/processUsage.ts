import { execFile } from 'node:child_process';
import { closeSync, openSync, readSync } from 'node:fs';
import { Observable } from 'rxjs';
import type { ProcessUsage } from '../vocabulary/stats.js';

/**
 * Emits what the operating system knows about a process, and completes; emits nothing if the process has ended or the system does not tell. On Linux it is read from
 * /proc; elsewhere with `ps`.
 */
export const processUsage = (pid: number): Observable<ProcessUsage> =>
  process.platform === 'linux' ? fromProc(pid) : fromPs(pid);

/** Linux counts CPU time in ticks of 10 ms and memory in pages on all architectures that Node supports, but the size of a page differs. */
const msPerTick = 10;

const fromProc = (pid: number): Observable<ProcessUsage> =>
  new Observable((subscriber) => {
    const usage = usageOf(readText(`/proc/${pid}/stat`), (pageSize ??= ownPageSize()));
    if (usage !== undefined) subscriber.next(usage);
    subscriber.complete();
  });

let pageSize: number | undefined;

/** The size of a page of memory in bytes: Node tells the memory of this process in bytes, and the system in pages, a moment later. */
const ownPageSize = (): number =>
  2 ** Math.round(Math.log2(process.memoryUsage.rss() / Number(fieldsOf(readText('/proc/self/stat'))[rssField])));

/** Where fields of `/proc/PID/stat` are, after the state. */
const [userField, systemField, rssField] = [11, 12, 21];

/** The state and what follows it. The program's name before it is in parentheses and may itself contain spaces and parentheses. */
const fieldsOf = (stat: string): readonly string[] => stat.slice(stat.lastIndexOf(')') + 2).split(' ', rssField + 1);

/** Reads `/proc/PID/stat`; `page` is the size of a page of memory in bytes. `undefined` for a process that has ended. */
export const usageOf = (stat: string, page: number): ProcessUsage | undefined => {
  const fields = fieldsOf(stat);
  const [state = ''] = fields;
  const rss = Number(fields[rssField]) * page;
  // A process that has ended has no memory.
  if (!(rss > 0) || state === 'Z' || state === 'X') return undefined;
  return {
    state: isStopped(state) ? 'stopped' : 'running',
    rss,
    cpu: (Number(fields[userField]) + Number(fields[systemField])) * msPerTick,
  };
};

const isStopped = (state: string): boolean => /^[Tt]/.test(state);

/** Longer than what is read. A file of /proc is whole in one read, and reading it by `readFileSync` takes half as long again. */
const buffer = Buffer.allocUnsafe(8_192);

const readText = (path: string): string => {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
    return buffer.toString('latin1', 0, readSync(descriptor, buffer, 0, buffer.length, 0));
  } catch {
    return '';
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
};

const fromPs = (pid: number): Observable<ProcessUsage> =>
  new Observable((subscriber) => {
    const options = {
      env: { ...process.env, LC_ALL: 'C' },
      timeout: 2_000,
    };
    const ps = execFile('ps', ['-p', String(pid), '-o', 'state=,rss=,time='], options, (error, out) => {
      const usage = error === null ? usageOfPs(out) : undefined;
      if (usage !== undefined) subscriber.next(usage);
      subscriber.complete();
    });
    return () => ps.kill();
  });

/** Reads `ps -o state=,rss=,time=`, as macOS prints it: `S  41232  1:02.53`. */
export const usageOfPs = (line: string): ProcessUsage | undefined => {
  const [, state = '', rss, time] = /^\s*(\S+)\s+(\d+)\s+([\d:.]+)\s*$/.exec(line) ?? [];
  if (rss === undefined || time === undefined) return undefined;
  const seconds = time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return { state: isStopped(state) ? 'stopped' : 'running', rss: Number(rss) * 1_024, cpu: seconds * 1_000 };
};
