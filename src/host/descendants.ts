import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** A process in the system's process table. `began`: its start time in a unit of the system; together with the pid it identifies a process. */
interface Entry {
  readonly pid: number;
  readonly parent: number;
  readonly began: string;
}

/** At most this many descendants are killed, so that a fork bomb does not block the master. */
const maxDescendants = 1_024;

/**
 * Kills a process by `kill`, and all its descendants with SIGKILL. A daemon, which has detached
 * itself by a second fork, is no descendant and survives.
 *
 * The process table is read before the first kill, because orphans get another parent. Before each kill the start time
 * of the pid is checked again, so that a reused pid is not killed.
 */
export const killTree = (pid: number, kill: () => void, table: readonly Entry[] = processes()): void => {
  const children = descendants(pid, table);
  kill();
  for (const { pid: child } of stillRunning(children)) killQuietly(child);
};

/** The descendants of `pid` in the table, parents before their children. */
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
      if (seen.has(child.pid) || found.length >= maxDescendants) continue;
      seen.add(child.pid);
      found.push(child);
      waiting.push(child.pid);
    }
  }
  return found;
};

let cachedTable: readonly Entry[] | undefined;

/** The current process table, read once per turn of the event loop. */
const processes = (): readonly Entry[] => {
  if (cachedTable === undefined) {
    cachedTable = process.platform === 'linux' ? fromProc() : fromPs();
    setImmediate(() => {
      cachedTable = undefined;
    });
  }
  return cachedTable;
};

const fromProc = (): readonly Entry[] => {
  try {
    return readdirSync('/proc').flatMap((name) => {
      const entry = /^\d+$/.test(name) ? entryOf(Number(name)) : undefined;
      return entry === undefined ? [] : [entry];
    });
  } catch {
    // Without /proc the descendants are unknown; only the worker itself is killed.
    return [];
  }
};

/** `undefined` for a process that does not exist or is a zombie. */
const entryOf = (pid: number): Entry | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name is in parentheses and may itself contain spaces and parentheses.
    const [state, parent, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? undefined : { pid, parent: Number(parent), began: fields[17] ?? '' };
  } catch {
    return undefined;
  }
};

const fromPs = (...pids: readonly string[]): readonly Entry[] => {
  try {
    const options = pids.length === 0 ? ['-A'] : pids;
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

const stillRunning = (before: readonly Entry[]): readonly Entry[] => {
  if (before.length === 0) return [];
  const now =
    process.platform === 'linux'
      ? before.flatMap(({ pid }) => entryOf(pid) ?? [])
      : fromPs('-p', before.map(({ pid }) => pid).join(','));
  const began = new Map(now.map((entry) => [entry.pid, entry.began]));
  return before.filter((entry) => began.get(entry.pid) === entry.began);
};

const killQuietly = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended, or it belongs to a user that this master may not signal.
  }
};
