import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** A process as the system tells of it. `began`: when it began, in whatever unit the system has; with the pid it names one process for ever. */
interface Entry {
  readonly pid: number;
  readonly parent: number;
  readonly began: string;
}

/** More than a worker has a reason to start. What is beyond is left alone, so that a fork bomb does not hold up the master. */
const mostDescendants = 1_024;

/**
 * Kills a process with SIGKILL, and with it everything that it has started and that is still its child, or the child of one. What has detached
 * itself by a second fork, as daemons do, belongs to nobody and stays.
 *
 * The table of processes is read when this is called, and before anybody is killed: orphans have another parent. Each pid is checked again before its
 * signal, by the time at which it began, so a pid that has been given to another program meanwhile is not killed.
 */
export const killTree = (pid: number, kill: () => void, table: readonly Entry[] = processes()): void => {
  const below = descendants(pid, table);
  kill();
  for (const { pid: child } of stillThere(below)) end(child);
};

/** Those below `pid` in the table, parents before their children. */
export const descendants = (pid: number, table: readonly Entry[]): readonly Entry[] => {
  const byParent = new Map<number, Entry[]>();
  for (const entry of table) {
    const siblings = byParent.get(entry.parent);
    if (siblings === undefined) byParent.set(entry.parent, [entry]);
    else siblings.push(entry);
  }
  const found: Entry[] = [];
  const seen = new Set([pid]);
  const waiting = [pid];
  for (let parent = waiting.shift(); parent !== undefined; parent = waiting.shift()) {
    for (const child of byParent.get(parent) ?? []) {
      if (seen.has(child.pid) || found.length >= mostDescendants) continue;
      seen.add(child.pid);
      found.push(child);
      waiting.push(child.pid);
    }
  }
  return found;
};

let latest: readonly Entry[] | undefined;

/** The table of this moment; one for all who are killed in the same turn of the event loop. */
const processes = (): readonly Entry[] => {
  if (latest === undefined) {
    latest = process.platform === 'linux' ? fromProc() : fromPs();
    setImmediate(() => {
      latest = undefined;
    });
  }
  return latest;
};

const fromProc = (): readonly Entry[] => {
  try {
    return readdirSync('/proc').flatMap((name) => {
      const entry = /^\d+$/.test(name) ? entryOf(Number(name)) : undefined;
      return entry === undefined ? [] : [entry];
    });
  } catch {
    // No /proc, no descendants: the worker itself is killed all the same.
    return [];
  }
};

/** `undefined` for one that has gone, or that is dead and merely not yet reaped. */
const entryOf = (pid: number): Entry | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program, in parentheses, may hold spaces and parentheses itself.
    const [state, parent, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? undefined : { pid, parent: Number(parent), began: fields[17] ?? '' };
  } catch {
    return undefined;
  }
};

const fromPs = (...which: readonly string[]): readonly Entry[] => {
  try {
    const options = which.length === 0 ? ['-A'] : which;
    const out = execFileSync('ps', [...options, '-o', 'pid=,ppid=,lstart='], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 2_000,
    });
    return out.split('\n').flatMap((line) => {
      const [, pid, parent, began = ''] = /^\s*(\d+)\s+(\d+)\s+(.*\S)\s*$/.exec(line) ?? [];
      return pid === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), began }];
    });
  } catch {
    return [];
  }
};

const stillThere = (before: readonly Entry[]): readonly Entry[] => {
  if (before.length === 0) return [];
  const now =
    process.platform === 'linux'
      ? before.flatMap(({ pid }) => entryOf(pid) ?? [])
      : fromPs('-p', before.map(({ pid }) => pid).join(','));
  const began = new Map(now.map((entry) => [entry.pid, entry.began]));
  return before.filter((entry) => began.get(entry.pid) === entry.began);
};

const end = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has gone, or it runs as another user that this master may not signal.
  }
};
