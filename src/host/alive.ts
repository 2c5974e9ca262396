import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Clocks of file systems and of process tables differ by this much, in ms. */
const slack = 2_000;
/** The unit of start times in /proc; the same on every Linux that Node runs on. */
const msPerTick = 10;

/**
 * Whether the process that wrote its pid at `written` (ms since the epoch) is still there. A pid may belong to another
 * program by now: one that began after the file was written did not write it. In a restarted container that other program is ourselves.
 */
export const isAlive = (pid: number, written: number): boolean => {
  if (pid === process.pid || !exists(pid)) return false;
  const began = startOf(pid);
  return began <= written + slack;
};

const exists = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there, and not ours to signal.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

/** ms since the epoch; `Infinity` for a process that is dead and merely not yet reaped. */
const startOf = (pid: number): number => {
  try {
    return process.platform === 'linux' ? startFromProc(pid) : startFromPs(pid);
  } catch {
    // Unknown: take it for the writer, which is the safe error.
    return 0;
  }
};

const startFromProc = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of the program, in parentheses, may hold spaces and parentheses itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z') return Infinity;
  const ticks = Number(fields[19]);
  const uptime = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
  return Date.now() - uptime * 1_000 + ticks * msPerTick;
};

const startFromPs = (pid: number): number => {
  const began = Date.parse(execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim());
  return Number.isNaN(began) ? 0 : began;
};
