import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { isRunning } from '../../src/cli/isRunning.js';

test('a process runs until it has ended', async () => {
  expect(isRunning(process.pid)).toBe(true);
  const child = spawn('true');
  await once(child, 'exit');
  expect(isRunning(child.pid ?? 0)).toBe(false);
});

test('a process that has ended, and whose parent does not ask how, does not run', async () => {
  // What the shell becomes knows nothing of the child, which ends when its stdin does.
  const parent = spawn('sh', ['-c', 'exec 3<&0; cat <&3 >&2 & echo $!; exec sleep 60 <&-'], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  onTestFinished(() => void parent.kill());
  parent.stdout.setEncoding('utf8');
  const [line] = await once(parent.stdout, 'data');
  const pid = Number(line);
  expect(isRunning(pid)).toBe(true);
  parent.stdin.end();
  await expect.poll(() => isRunning(pid)).toBe(false);
  // It is there all the same.
  expect(() => process.kill(pid, 0)).not.toThrow();
});
