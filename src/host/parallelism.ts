import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * How many workers this machine runs at once: the cores that the process may use, capped by the CPU quota of its
 * cgroup (v2 or v1) rounded up; at least 1. Node 20 does not know quotas.
 */
export const parallelism = (root = '/'): number =>
  Math.max(1, Math.min(availableParallelism(), Math.ceil(quota(root) ?? Infinity)));

const quota = (root: string): number | undefined => {
  const own = read(join(root, 'proc/self/cgroup'))?.split('\n') ?? [];
  const limits = own.flatMap((line) => {
    const [, controllers = '', path = '/'] = line.split(':');
    if (controllers === '') return limitsUpwards(join(root, 'sys/fs/cgroup'), path, fromV2);
    return controllers.split(',').includes('cpu') ? limitsUpwards(join(root, 'sys/fs/cgroup/cpu'), path, fromV1) : [];
  });
  return limits.length === 0 ? undefined : Math.min(...limits);
};

/** The limits of a cgroup and all its ancestors. */
const limitsUpwards = (
  mount: string,
  path: string,
  limit: (folder: string) => number | undefined,
): readonly number[] => {
  const ownLimit = limit(join(mount, path));
  const ancestorLimits = path === '/' || path === '.' ? [] : limitsUpwards(mount, dirname(path), limit);
  return ownLimit === undefined ? ancestorLimits : [ownLimit, ...ancestorLimits];
};

const fromV2 = (folder: string): number | undefined => {
  const [max, period] = read(join(folder, 'cpu.max'))?.trim().split(' ') ?? [];
  return ratio(max, period);
};

const fromV1 = (folder: string): number | undefined =>
  ratio(read(join(folder, 'cpu.cfs_quota_us')), read(join(folder, 'cpu.cfs_period_us')));

const ratio = (quota: string | undefined, period: string | undefined): number | undefined => {
  const limit = Number(quota) / Number(period);
  return Number.isFinite(limit) && limit > 0 ? limit : undefined;
};

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};
