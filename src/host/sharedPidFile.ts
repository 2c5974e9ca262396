import { PidFileError } from '../vocabulary/errors.js';
import { claimPidFile } from './pidFile.js';

/** The pid file of this process and the number of clusters that share it. */
interface Held {
  readonly path: string;
  readonly release: () => void;
  users: number;
}

let held: Held | undefined;

/**
 * The pid file belongs to the master: its first cluster creates it, further ones share it, and the last one removes it.
 * Returns a function that ends this cluster's use; call it once. Throws `PidFileError`, also for a second path.
 */
export const sharePidFile = (path: string): (() => void) => {
  if (held !== undefined && held.path !== path) {
    throw new PidFileError(
      path,
      `is not the pid file of this master, which is ${held.path}. A master has one: give all of its clusters the same path, or pid: false`,
    );
  }
  const mine: Held = held ?? { path, release: claimPidFile(path), users: 0 };
  held = mine;
  mine.users += 1;
  return () => {
    mine.users -= 1;
    if (mine.users > 0) return;
    held = undefined;
    mine.release();
  };
};
