import { setTimeout as wait } from 'node:timers/promises';

export const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Kills a process, if it has not exited. */
export const kill = (pid) => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {}
};

/** Kills all processes of a group, which has the pid of its first. */
export const killGroup = (pid) => kill(-pid);

/** Waits until a condition is true or the time is over; resolves with which of the two. */
export const until = async (holds, ms) => {
  const end = performance.now() + ms;
  while (!holds()) {
    if (performance.now() > end) return false;
    await wait(5);
  }
  return true;
};
