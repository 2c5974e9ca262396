import { firstValueFrom, lastValueFrom, toArray } from 'rxjs';
import { expect, test } from 'vitest';
import { processUsage, usageOf, usageOfPs } from '../../src/host/processUsage.js';

test('the memory, the CPU time and the state of a process are read', async () => {
  const usage = await firstValueFrom(processUsage(process.pid));
  expect(usage.state).toBe('running');
  // A page of another size would make it at least twice or half as large.
  expect(usage.rss / process.memoryUsage.rss()).toBeGreaterThan(0.7);
  expect(usage.rss / process.memoryUsage.rss()).toBeLessThan(1.4);
  expect(usage.cpu).toBeGreaterThan(0);
});

test('a process that does not exist emits nothing', async () => {
  // One more than the highest pid of Linux and of macOS.
  expect(await lastValueFrom(processUsage(4_194_305).pipe(toArray()))).toEqual([]);
});

const page = 4_096;
const stat = (state: string, pages = 12_800) =>
  `42 (a) b (c) ${state} 1 42 42 0 -1 0 0 0 0 0 250 50 7 8 20 0 11 0 99 600000000 ${pages} 18446744073709551615 1 1 0`;

test('/proc tells a stopped process from a running one, whatever its name', () => {
  expect(usageOf(stat('R'), page)).toEqual({ state: 'running', rss: 52_428_800, cpu: 3_000 });
  expect(usageOf(stat('S'), page)?.state).toBe('running');
  expect(usageOf(stat('T'), page)?.state).toBe('stopped');
  expect(usageOf(stat('t'), page)?.state).toBe('stopped');
});

test('the memory is counted in pages', () => {
  expect(usageOf(stat('R'), 65_536)?.rss).toBe(838_860_800);
});

test('a zombie, and a process that has ended, have no usage', () => {
  expect(usageOf(stat('Z'), page)).toBeUndefined();
  expect(usageOf(stat('S', 0), page)).toBeUndefined();
  expect(usageOf('', page)).toBeUndefined();
});

test('the output of ps is read', () => {
  expect(usageOfPs('Ss    51200   0:03.50\n')).toEqual({ state: 'running', rss: 52_428_800, cpu: 3_500 });
  expect(usageOfPs('T+    51200 1:00:03\n')).toEqual({ state: 'stopped', rss: 52_428_800, cpu: 3_603_000 });
  expect(usageOfPs('')).toBeUndefined();
});
