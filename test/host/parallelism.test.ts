import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { parallelism } from '../../src/host/parallelism.js';
import { machineFiles as machine } from './machineFiles.js';

const cores = availableParallelism();
const v2 = (limits: Readonly<Record<string, string>>) => machine({ 'proc/self/cgroup': '0::/shop/web\n', ...limits });
const v1 = (limits: Readonly<Record<string, string>>) =>
  machine({ 'proc/self/cgroup': '5:cpuset:/\n4:cpu,cpuacct:/shop\n', ...limits });

test.each([
  ['no cgroup at all', () => machine({}), cores],
  ['v2 without a limit', () => v2({ 'sys/fs/cgroup/shop/web/cpu.max': 'max 100000\n' }), cores],
  ['v2, a third of a core, is one worker', () => v2({ 'sys/fs/cgroup/shop/web/cpu.max': '33000 100000\n' }), 1],
  ['v2, one core and a half, is rounded up', () => v2({ 'sys/fs/cgroup/shop/web/cpu.max': '150000 100000\n' }), 2],
  ['v2, the limit of a group around it', () => v2({ 'sys/fs/cgroup/shop/cpu.max': '100000 100000\n' }), 1],
  ['v2, the limit of the whole container', () => v2({ 'sys/fs/cgroup/cpu.max': '100000 100000\n' }), 1],
  ['v2, more than there are cores', () => v2({ 'sys/fs/cgroup/shop/web/cpu.max': '9900000 100000\n' }), cores],
  [
    'v1, a quota',
    () =>
      v1({
        'sys/fs/cgroup/cpu/shop/cpu.cfs_quota_us': '50000\n',
        'sys/fs/cgroup/cpu/shop/cpu.cfs_period_us': '100000\n',
      }),
    1,
  ],
  [
    'v1, -1 is no quota',
    () =>
      v1({
        'sys/fs/cgroup/cpu/shop/cpu.cfs_quota_us': '-1\n',
        'sys/fs/cgroup/cpu/shop/cpu.cfs_period_us': '100000\n',
      }),
    cores,
  ],
])('as many workers as the process may use cores: %s', (_, make, expected) => {
  expect(parallelism(make())).toBe(Math.min(cores, expected));
});
