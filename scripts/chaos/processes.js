import { readdirSync, readFileSync } from 'node:fs';

/** The pids of the processes whose environment has this entry, such as `CHAOS_RUN=7`: all that a run has started, orphans included. */
export const processesWith = (entry) =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && environmentOf(pid).includes(entry));

const environmentOf = (pid) => {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    // It has ended.
    return [];
  }
};
