import { firstValueFrom, lastValueFrom, toArray } from 'rxjs';
import { expect, test } from 'vitest';
import { processUsage, usageOf, usageOfPs } from '../../src/host/processUsage.js';

test('the memory, the CPU time and the state of a process are read', async () => {
  const usage = await firstValueFrom(processUsage(process.pid));
  expect(usage.state).toBe('running');
  expect(usage.rss).toBeGreaterThan(process.memoryUsage.rss() / 2);
  expect(usage.cpu).toBeGreaterThan(0);
});

test('a process that does not exist emits nothing', async () => {
  // One more than the highest pid of Linux and of macOS.
  expect(await lastValueFrom(processUsage(4_194_305).pipe(toArray()))).toEqual([]);
});

const status = 'Name:\tnode\nVmRSS:\t   51200 kB\n';
const stat = (state: string) => `42 (a) b (c) ${state} 1 42 42 0 -1 0 0 0 0 0 250 50 7 8 20 0 11 0 99 0 0`;

test('/proc tells a stopped process from a running one, whatever its name', () => {
  expect(usageOf(stat('R'), status)).toEqual({ state: 'running', rss: 52_428_800, cpu: 3_000 });
  expect(usageOf(stat('S'), status)?.state).toBe('running');
  expect(usageOf(stat('T'), status)?.state).toBe('stopped');
  expect(usageOf(stat('t'), status)?.state).toBe('stopped');
});

test('a zombie, and a process that has ended between two reads, have no usage', () => {
  expect(usageOf(stat('Z'), status)).toBeUndefined();
  expect(usageOf(stat('R'), '')).toBeUndefined();
  expect(usageOf('', '')).toBeUndefined();
});

test('the output of ps is read', () => {
  expect(usageOfPs('Ss    51200   0:03.50\n')).toEqual({ state: 'running', rss: 52_428_800, cpu: 3_500 });
  expect(usageOfPs('T+    51200 1:00:03\n')).toEqual({ state: 'stopped', rss: 52_428_800, cpu: 3_603_000 });
  expect(usageOfPs('')).toBeUndefined();
});
