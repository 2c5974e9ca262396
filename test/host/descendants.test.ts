import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { descendants, killTree } from '../../src/host/descendants.js';
import { gone, isAlive } from '../process/harness.js';

const entry = (pid: number, parent: number) => ({ pid, parent, began: `at ${pid}` });

test('descendants returns all descendants of a process, parents first', () => {
  const table = [entry(1, 0), entry(5, 3), entry(2, 1), entry(3, 2), entry(4, 2), entry(6, 1), entry(7, 6)];
  expect(descendants(2, table).map(({ pid }) => pid)).toEqual([3, 4, 5]);
  expect(descendants(5, table)).toEqual([]);
});

test('a cycle in the process table ends', () => {
  expect(descendants(2, [entry(3, 2), entry(2, 3)]).map(({ pid }) => pid)).toEqual([3]);
});

test('at most 1024 descendants are returned', () => {
  const table = Array.from({ length: 2_000 }, (_, index) => entry(index + 10, 2));
  expect(descendants(2, table)).toHaveLength(1_024);
});

/** A child that starts a child of its own, both of which ignore SIGTERM; resolves with both pids. */
const family = async (): Promise<readonly [number, number]> => {
  const sleeper = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1_000);`;
  const parent = `
    const { spawn } = require('node:child_process');
    const child = spawn(process.execPath, ['-e', ${JSON.stringify(sleeper)}], { stdio: 'ignore' });
    child.on('spawn', () => console.log(child.pid));
    ${sleeper}`;
  const child = spawn(process.execPath, ['-e', parent], { stdio: ['ignore', 'pipe', 'inherit'] });
  const { pid = 0 } = child;
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line]: Buffer[] = await once(child.stdout, 'data');
  const below = Number(line);
  onTestFinished(() => {
    if (isAlive(below)) process.kill(below, 'SIGKILL');
  });
  return [pid, below];
};

test('killTree kills a process and its descendants, and no other process', async () => {
  const [one, belowOne] = await family();
  const [other, belowOther] = await family();
  killTree(one, () => process.kill(one, 'SIGKILL'));
  await gone(one, belowOne);
  expect([isAlive(other), isAlive(belowOther)]).toEqual([true, true]);
});

test('killTree does not kill a process that has got the pid of a descendant meanwhile', async () => {
  const [, stranger] = await family();
  const pretended = { pid: stranger, parent: 2, began: 'long ago' };
  let killed = false;
  killTree(
    2,
    () => {
      killed = true;
    },
    [pretended],
  );
  expect([killed, isAlive(stranger)]).toEqual([true, true]);
});
