import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

const start = (...args: readonly string[]) => {
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]).then(
    ([[code], out, err]) => ({ code, out, err }),
  );
  return { child, ended };
};

const simulate = async (...args: readonly string[]) => start('scripts/simulate.js', ...args).ended;

// As `npm run simulate` does first.
beforeAll(async () => {
  const { code, out } = await start('node_modules/typescript/bin/tsc', '-p', 'tsconfig.simulation.json').ended;
  if (code !== 0) throw new Error(`tsc: ${out}`);
}, 60_000);

describe('npm run simulate', () => {
  test('runs as many schedules as it is asked to, from the seed it is given, and says how fast', async () => {
    const { code, out, err } = await simulate('--schedules', '20', '--seed', '7');
    expect(out).toMatch(/^20 schedules from seed 7\n/);
    expect(out).toMatch(/\n20 schedules in [\d.]+ s, \d+ schedules\/s, each with /);
    expect(out).toContain('None failed.');
    expect([code, err]).toEqual([0, '']);
  });

  test('prints how often each fault met each state, and which pairs were never met', async () => {
    const { out } = await simulate('--schedules', '20', '--seed', '7');
    expect(out).toMatch(/^crash +\d+ /m);
    expect(out).toMatch(/^Never met: .*pause in /m);
    expect(out).toMatch(/^Impossible, because .*: crash in paused$/m);
  });

  test('makes up a seed and says which', async () => {
    const { code, out } = await simulate('--schedules', '1');
    expect(out).toMatch(/^1 schedules from seed \d+\n/);
    expect(code).toBe(0);
  });

  test('runs those of several clusters alone', async () => {
    const { code, out } = await simulate('--schedules', '10', '--seed', '7', '--part', 'several');
    expect(out).toMatch(/ [1-9]\d* restarts of a cluster\. None failed\.\n$/);
    expect(code).toBe(0);
  });

  test.each([
    [['--schedules', 'x'], '--schedules: expected a whole number from 1, got x'],
    [['--schedules', '0'], '--schedules: expected a whole number from 1, got 0'],
    [['--schedules', '1.5'], '--schedules: expected a whole number from 1, got 1.5'],
    [['--schedules='], '--schedules: expected a whole number from 1, got nothing'],
    [['--seed', '2147483648'], '--seed: expected a whole number from 0 to 2147483647, got 2147483648'],
    [
      ['--sed', '1'],
      "Unknown option '--sed'. Usage: npm run simulate -- [--schedules N] [--seed S] [--part one|several|both]",
    ],
    [['--part', 'all'], '--part: expected one, several, both, got all'],
  ])('reports in a line what is wrong with %j', async (args, line) => {
    expect(await simulate(...args)).toEqual({ code: 1, out: '', err: `${line}\n` });
  });

  test('reports each failure with its seed, its diagram and how to repeat it, continues, and exits with 1', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'proteus-counterexamples-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const { code, out } = await start('test/scripts/simulateBroken.mjs', '500', '40', folder).ended;
    const seeds = Array.from(out.matchAll(/^SEED=(\d+) fails after \d+ schedules, shrunk/gm), ([, seed]) => seed);
    expect(new Set(seeds)).toEqual(new Set(['40', '41']));
    expect(out).toMatch(/^twoForks: \d+ forks\n\ntime /m);
    expect(out).toContain('Once more: npm run simulate -- --schedules 250 --seed 41\n');
    expect(out).toContain('Failed: seed 40, 41.');
    expect(out).toContain(`Saved: ${join(folder, 'twoForks-40.txt')}\n`);
    expect(readFileSync(join(folder, 'twoForks-40.txt'), 'utf8')).toMatch(/^# twoForks-40\n[^]+\ndecisions\n/);
    expect(JSON.parse(readFileSync(join(folder, 'twoForks-40.json'), 'utf8'))).toHaveProperty('rules');
    expect(code).toBe(1);
  });

  test('sums up what it has done when it is interrupted', async () => {
    const { child, ended } = start('scripts/simulate.js', '--schedules', '1000000', '--seed', '1');
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    const { code, out } = await ended;
    expect(out).toMatch(/\nInterrupted\. So far:\nHow often [^]+\n\d+ schedules in /);
    expect(code).toBe(130);
  });
});
