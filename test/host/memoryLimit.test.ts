import { totalmem } from 'node:os';
import { expect, test } from 'vitest';
import { memoryLimit } from '../../src/host/memoryLimit.js';
import { machineFiles } from './machineFiles.js';

const v2 = (limits: Readonly<Record<string, string>>) =>
  machineFiles({ 'proc/self/cgroup': '0::/shop/web\n', ...limits });
const v1 = (limits: Readonly<Record<string, string>>) =>
  machineFiles({ 'proc/self/cgroup': '5:cpuset:/\n4:memory:/shop\n', ...limits });

const whole = totalmem();

test.each([
  ['no cgroup at all is the machine', () => machineFiles({}), whole],
  ['v2 without a limit is the machine', () => v2({ 'sys/fs/cgroup/shop/web/memory.max': 'max\n' }), whole],
  ['v2, its own limit', () => v2({ 'sys/fs/cgroup/shop/web/memory.max': '104857600\n' }), 104_857_600],
  [
    'v2, the lower limit of a group around it',
    () => v2({ 'sys/fs/cgroup/shop/web/memory.max': '104857600\n', 'sys/fs/cgroup/shop/memory.max': '52428800\n' }),
    52_428_800,
  ],
  [
    'v2, the limit of the whole container',
    () => v2({ 'sys/fs/cgroup/shop/web/memory.max': 'max\n', 'sys/fs/cgroup/memory.max': '52428800\n' }),
    52_428_800,
  ],
  [
    'v2, the limit from which the kernel slows it down',
    () => v2({ 'sys/fs/cgroup/shop/web/memory.high': '41943040\n', 'sys/fs/cgroup/shop/web/memory.max': '52428800\n' }),
    41_943_040,
  ],
  ['v2, more than the machine has', () => v2({ 'sys/fs/cgroup/memory.max': String(whole * 2) }), whole],
  ['v1, a limit', () => v1({ 'sys/fs/cgroup/memory/shop/memory.limit_in_bytes': '52428800\n' }), 52_428_800],
  [
    'v1, a very large number is no limit',
    () => v1({ 'sys/fs/cgroup/memory/shop/memory.limit_in_bytes': '9223372036854771712\n' }),
    whole,
  ],
])('the memory that the workers may use: %s', (_, make, expected) => {
  expect(memoryLimit(make())).toBe(expected);
});
