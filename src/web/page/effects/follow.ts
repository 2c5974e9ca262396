import { type Line, readLine } from '../watched/line.js';
import { ask, RequestFailed } from './api.js';
import { readLines } from './readLines.js';

/** What is followed: a master, from an event on, perhaps with what its workers write. */
export interface Followed {
  readonly token: string;
  readonly master: string;
  /** The id of the last event that is known; 0 if none is. */
  readonly since: () => number;
  /** Left out: no lines of workers. */
  readonly logs?: { readonly level: string; readonly contains: string };
}

export interface Follower {
  readonly lines: (lines: readonly Line[]) => void;
  /** The stream has ended, for this reason. It is opened again. */
  readonly lost: (why: string) => void;
  /** The token is not the right one. It is not opened again. */
  readonly refused: () => void;
}

const firstEvents = 1_000;
const firstLines = 300;
/** Lines that come within this time are handled together. */
const gatherMs = 100;
/** A tab in the background has slow timers, so many lines are handled at once. */
const maxGathered = 2_000;
const waits: readonly number[] = [500, 1_000, 2_000, 5_000];
/** The master answers within this time, or it is silent. */
const pingMs = 5_000;

/** Follows a master until the returned function is called. A stream that ends is opened again, and continues after the last event. */
export const follow = (followed: Followed, follower: Follower): (() => void) => {
  const stopped = new AbortController();
  void keepOpen(followed, follower, stopped.signal);
  return () => stopped.abort();
};

const keepOpen = async (followed: Followed, follower: Follower, stopped: AbortSignal): Promise<void> => {
  for (let failures = 0; !stopped.aborted; failures += 1) {
    try {
      // oxlint-disable-next-line no-await-in-loop
      await readOne(followed, stopped, (lines) => {
        failures = 0;
        follower.lines(lines);
      });
      if (stopped.aborted) return;
      follower.lost('the master has ended');
    } catch (error) {
      if (stopped.aborted) return;
      if (error instanceof RequestFailed && error.status === 401) return follower.refused();
      follower.lost(error instanceof Error ? error.message : 'the connection broke off');
    }
    // oxlint-disable-next-line no-await-in-loop
    await pause(waits[Math.min(failures, waits.length - 1)] ?? 0, stopped);
  }
};

const readOne = async (
  { token, master, since, logs }: Followed,
  stopped: AbortSignal,
  deliver: (lines: readonly Line[]) => void,
): Promise<void> => {
  const query = new URLSearchParams(since() === 0 ? { last: String(firstEvents) } : { since: String(since()) });
  if (logs !== undefined) {
    query.set('lines', String(firstLines));
    query.set('level', logs.level);
    if (logs.contains !== '') query.set('contains', logs.contains);
  }
  const response = await ask(token, `/masters/${encodeURIComponent(master)}/v1/live?${query}`, { signal: stopped });
  if (response.body === null) return;
  const { add, flush } = gathering((waiting) => {
    // What still waits when another master or other lines are chosen is not for those.
    if (!stopped.aborted) deliver(waiting);
  });
  try {
    for await (const lines of readLines(response.body)) {
      if (stopped.aborted) return;
      add(lines.map(readLine).filter((line) => line !== undefined));
    }
  } finally {
    if (!stopped.aborted) flush();
  }
};

/** The first lines are handled at once, later ones together. */
const gathering = (deliver: (lines: readonly Line[]) => void) => {
  let waiting: Line[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    const lines = waiting;
    waiting = [];
    if (lines.length > 0) deliver(lines);
  };
  return {
    flush,
    add: (lines: readonly Line[]) => {
      waiting.push(...lines);
      if (waiting.length > maxGathered || lines.some(({ kind }) => kind === 'status')) flush();
      else timer ??= setTimeout(flush, gatherMs);
    },
  };
};

const pause = (ms: number, stopped: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    stopped.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

/** Whether a master from which nothing comes answers at all. A cluster without workers has no samples. */
export const answers = async (token: string, master: string): Promise<boolean> => {
  try {
    await ask(token, `/masters/${encodeURIComponent(master)}/v1/ping`, { signal: AbortSignal.timeout(pingMs) });
    return true;
  } catch {
    return false;
  }
};
