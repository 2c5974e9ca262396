import { expect, test } from 'vitest';
import { recentLogs } from '../../src/index.js';
import { recentLines } from '../../src/log/recentLines.js';
import type { Origin } from '../../src/log/splice.js';

const worker = { id: 1, slot: 1, generation: 1, pid: 1_001, cluster: 'web' };
const stdout: Origin = { worker, output: 'stdout' };
const stderr: Origin = { worker: { ...worker, id: 2, slot: 2 }, output: 'stderr' };
const textsOf = (records: readonly { readonly msg: string }[]) => records.map(({ msg }) => msg);

test('the last lines are records, the oldest first, at most as many as asked for', () => {
  const recent = recentLines();
  recent.keep(stdout, Buffer.from('one\n{"level":40,"time":5,"msg":"two","url":"/"}\n'));
  recent.keep(stderr, Buffer.from('three\n'));
  expect(recent.last(Infinity)).toMatchObject([
    { worker, output: 'stdout', level: 30, msg: 'one', time: expect.any(Number) },
    { worker, level: 40, time: 5, msg: 'two', fields: { url: '/' } },
    { worker: { id: 2 }, output: 'stderr', level: 50, msg: 'three' },
  ]);
  expect(textsOf(recent.last(2))).toEqual(['two', 'three']);
  expect(recent.last(0)).toEqual([]);
});

test('a line without a time has that of its arrival, and not that of the question', async () => {
  const recent = recentLines();
  recent.keep(stdout, Buffer.from('one\n'));
  const arrived = recent.last(1)[0]?.time;
  await expect.poll(() => Date.now()).toBeGreaterThan((arrived ?? 0) + 5);
  expect(recent.last(1)[0]?.time).toBe(arrived);
});

test('a piece of a long line is a record of its own', () => {
  const recent = recentLines();
  recent.keep(stdout, Buffer.from('{"a": 1'), 1);
  expect(recent.last(1)).toMatchObject([{ msg: '{"a": 1', part: 1 }]);
});

test('only so many bytes and blocks are kept', () => {
  const byBytes = recentLines(10, 1_000);
  for (const line of ['first', 'second', 'third', 'last']) byBytes.keep(stdout, Buffer.from(`${line}\n`));
  expect(textsOf(byBytes.last(Infinity))).toEqual(['last']);
  const byBlocks = recentLines(1_000, 2);
  for (const line of ['first', 'second', 'third', 'last']) byBlocks.keep(stdout, Buffer.from(`${line}\n`));
  expect(textsOf(byBlocks.last(Infinity))).toEqual(['third', 'last']);
});

test('of a block that is too long the last lines are kept', () => {
  const recent = recentLines(12, 10);
  recent.keep(stdout, Buffer.from('first\nsecond\nthird\nlast\n'));
  expect(textsOf(recent.last(Infinity))).toEqual(['third', 'last']);
  recent.keep(stdout, Buffer.from('x'.repeat(20)), 2);
  expect(recent.last(Infinity)).toMatchObject([{ msg: 'x'.repeat(12), part: 2 }]);
});

test.each([-1, 1.5, Number.NaN])('recentLogs(%d) is refused', (count) => {
  expect(() => recentLogs(count)).toThrow(/^recentLogs\(\): expected .*got/);
});
