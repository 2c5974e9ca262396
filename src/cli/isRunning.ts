import { readFileSync } from 'node:fs';

/** Whether a process runs. One that has ended, and waits only for its parent to ask how, does not: the first process of a container may never ask. */
export const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return !['Z', 'X'].includes(stateOf(pid));
};

/** The letter of `ps`, where the system has `/proc`. */
const stateOf = (pid: number): string => {
  try {
    // The name before it is in brackets, and may have some itself.
    return /^.*\) (\w)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] ?? '';
  } catch {
    return '';
  }
};
