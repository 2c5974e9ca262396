import { readdirSync, readFileSync } from 'node:fs';

/** The CPU time that a process has used, in ms. Of its threads, since /proc/PID/stat counts in steps of 10 ms. */
export const cpuOf = (pid) =>
  readdirSync(`/proc/${pid}/task`)
    .map((thread) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6)
    .reduce((sum, ms) => sum + ms, 0);

const childrenOf = (pid) =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);

/** The CPU time that a master and its workers have used, in ms. On Linux. */
export const usedBy = (pid) => [pid, ...childrenOf(pid)].map(cpuOf).reduce((sum, ms) => sum + ms, 0);
