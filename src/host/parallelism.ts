import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { cgroupLimits, readText } from './cgroup.js';

/**
 * How many workers this machine runs at once: the cores that the process may use, capped by the CPU quota of its
 * cgroup (v2 or v1) rounded up; at least 1. Node 20 does not know quotas.
 */
export const parallelism = (root = '/'): number => {
  const quota = Math.min(...cgroupLimits(root, { controller: 'cpu', v1, v2 }));
  return Math.max(1, Math.min(availableParallelism(), Math.ceil(quota)));
};

const v2 = (folder: string): number | undefined => {
  const [max, period] = readText(join(folder, 'cpu.max'))?.trim().split(' ') ?? [];
  return ratio(max, period);
};

const v1 = (folder: string): number | undefined =>
  ratio(readText(join(folder, 'cpu.cfs_quota_us')), readText(join(folder, 'cpu.cfs_period_us')));

const ratio = (quota: string | undefined, period: string | undefined): number | undefined => {
  const limit = Number(quota) / Number(period);
  return Number.isFinite(limit) && limit > 0 ? limit : undefined;
};
