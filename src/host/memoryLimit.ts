import { totalmem } from 'node:os';
import { join } from 'node:path';
import { cgroupLimits, readText } from './cgroup.js';

/**
 * How much memory this process and its workers may use together, in bytes: that of the machine, or the lowest limit of its cgroup and the groups around it (v2 or v1).
 * `process.constrainedMemory()` reads the innermost group alone.
 */
export const memoryLimit = (root = '/'): number =>
  Math.min(totalmem(), ...cgroupLimits(root, { controller: 'memory', v1, v2 }));

/** Above `memory.high` the kernel slows the processes down, above `memory.max` it kills one. */
const v2 = (folder: string): number | undefined => {
  const limits = ['memory.high', 'memory.max'].flatMap((file) => bytes(join(folder, file)) ?? []);
  return limits.length === 0 ? undefined : Math.min(...limits);
};

// Without a limit it is more than any machine has.
const v1 = (folder: string): number | undefined => bytes(join(folder, 'memory.limit_in_bytes'));

/** `max` is no limit. */
const bytes = (file: string): number | undefined => {
  const limit = Number(readText(file)?.trim());
  return Number.isFinite(limit) && limit > 0 ? limit : undefined;
};
