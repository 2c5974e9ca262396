import { PidFileError } from '../vocabulary/errors.js';
import { claimPidFile } from './pidFile.js';

/** The pid file of this process, and how many clusters share it. */
interface Held {
  readonly path: string;
  readonly release: () => void;
  sharers: number;
}

let held: Held | undefined;

/**
 * The pid file belongs to the master: the first of its clusters claims it, the others share it, and it goes with the last.
 * Returns what gives a share back; each is to be given back once. Throws `PidFileError`, also for a second path.
 */
export const sharePidFile = (path: string): (() => void) => {
  if (held !== undefined && held.path !== path) {
    throw new PidFileError(
      path,
      `is not the pid file of this master, which is ${held.path}. A master has one: give all of its clusters the same path, or pid: false`,
    );
  }
  const mine: Held = held ?? { path, release: claimPidFile(path), sharers: 0 };
  held = mine;
  mine.sharers += 1;
  return () => {
    mine.sharers -= 1;
    if (mine.sharers > 0) return;
    held = undefined;
    mine.release();
  };
};
