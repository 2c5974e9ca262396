import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** How a limit is read from the folder of a cgroup, in either version of cgroups; `undefined` for none. */
export interface CgroupLimit {
  /** The controller, as v1 names it. */
  readonly controller: string;
  readonly v1: (folder: string) => number | undefined;
  readonly v2: (folder: string) => number | undefined;
}

/** The limits that hold for this process: those of its cgroup and of all groups around it. `root` is the root of the file system. */
export const cgroupLimits = (root: string, { controller, v1, v2 }: CgroupLimit): readonly number[] => {
  const groups = readText(join(root, 'proc/self/cgroup'))?.split('\n') ?? [];
  return groups.flatMap((line) => {
    const [, controllers = '', path = '/'] = line.split(':');
    if (controllers === '') return limitsUpwards(join(root, 'sys/fs/cgroup'), path, v2);
    return controllers.split(',').includes(controller)
      ? limitsUpwards(join(root, 'sys/fs/cgroup', controller), path, v1)
      : [];
  });
};

const limitsUpwards = (mount: string, path: string, limit: CgroupLimit['v1']): readonly number[] => {
  const ownLimit = limit(join(mount, path));
  const ancestorLimits = path === '/' || path === '.' ? [] : limitsUpwards(mount, dirname(path), limit);
  return ownLimit === undefined ? ancestorLimits : [ownLimit, ...ancestorLimits];
};

/** The text of a file; `undefined` if it cannot be read. */
export const readText = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
};
