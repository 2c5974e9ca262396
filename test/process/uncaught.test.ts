import { expect, test } from 'vitest';
import { fresh, program, workers } from './harness.js';

const files = (master: string) => ({
  'worker.mjs': workers.http,
  'broken.mjs': 'process.exit(3);',
  'master.mjs': `import { cluster$ } from 'proteus-cluster';\nimport { EMPTY, merge, tap } from 'rxjs';\n${master}`,
});

const giveUp = `cluster$({ exec: 'broken.mjs', worker: 1, maxForkCount: 1, pid: false, log: false })`;
const gaveUp =
  /^ForkLimitError: gave up: a worker ended early and none is ready\..*exited with code 3\. Fix what ends them, or raise maxForkCount$/;

test.each([
  ['subscribe()', `${giveUp}.subscribe();`, 0],
  ['subscribe(next)', `${giveUp}.subscribe(() => {});`, 0],
  ['subscribe({ next })', `${giveUp}.subscribe({ next: () => {} });`, 0],
  ['what is piped from it', `${giveUp}.pipe(tap()).subscribe();`, 0],
  // RxJS throws this one itself, and Node shows where.
  ['what is merged with others', `merge(${giveUp}, EMPTY).subscribe();`, 4],
])('an unhandled error: its text comes first, then the line that created the cluster: %s', async (_, script, at) => {
  const running = program(fresh(files(script)), process.execPath, ['master.mjs']);
  expect(await running.ended()).toEqual({ code: 1, signal: null });
  const lines = running.output.trim().split('\n');
  expect(lines[at]).toMatch(gaveUp);
  expect(lines[at + 1]).toMatch(/^ {4}at .*master\.mjs:3:\d+ \{$/);
  expect(running.output).not.toMatch(/ at .*dist\//);
});

test('a handled error does not end the process', async () => {
  const script = `${giveUp}.subscribe({ error: ({ message }) => console.log('handled', message) });`;
  const running = program(fresh(files(script)), process.execPath, ['master.mjs']);
  expect(await running.ended()).toEqual({ code: 0, signal: null });
  expect(running.output).toMatch(/^handled gave up/);
});

test('a wrong option points at the line that gave it', async () => {
  const script = `cluster$({ exec: 'worker.mjs', wroker: 2 }).subscribe();`;
  const running = program(fresh(files(script)), process.execPath, ['master.mjs']);
  expect((await running.ended()).code).toBe(1);
  const lines = running.output.trim().split('\n');
  expect(lines[0]).toMatch(/master\.mjs:3$/);
  const at = lines.findIndex((line) => line.startsWith('ConfigError: wroker: is not an option.'));
  expect(lines[at + 1]).toMatch(/master\.mjs:3:1/);
  expect(running.output).not.toContain('dist/');
});

test('a cluster without a subscriber is reported once when the process ends', async () => {
  const script = `cluster$({ exec: 'worker.mjs', pid: false }); cluster$({ exec: 'broken.mjs', pid: false });`;
  const running = program(fresh(files(script)), process.execPath, ['master.mjs']);
  expect(await running.ended()).toEqual({ code: 0, signal: null });
  expect(running.output).toBe(
    "cluster$: nobody has subscribed to 'worker', 'broken', so no worker was started. Call .subscribe() on what cluster$(conf) returns\n",
  );
});

test('not where it was subscribed, or where the process ends of something else', async () => {
  const running = program(fresh(files(`cluster$(); process.exitCode = 2;`)), process.execPath, ['master.mjs']);
  expect(await running.ended()).toEqual({ code: 2, signal: null });
  expect(running.output).toBe('');

  const script = `cluster$({ exec: 'worker.mjs', worker: 1, pid: false, log: false })
    .subscribe(({ type }) => type === 'ready' && process.kill(process.pid, 'SIGTERM'));`;
  const served = program(fresh(files(script)), process.execPath, ['master.mjs']);
  expect(await served.ended()).toEqual({ code: 0, signal: null });
  expect(served.output).toBe('');
});

test('numbers and a file: URL reach the worker', async () => {
  const running = program(
    fresh({
      'worker.mjs': `console.log(process.env.PORT, process.argv.slice(2)); process.exit();`,
      'master.mjs': `import { cluster$ } from 'proteus-cluster';
        const exec = new URL('./worker.mjs', import.meta.url);
        cluster$({ exec, env: { PORT: 8080 }, args: [1], worker: 1, pid: false, log: false, respawn: 'temporary' }).subscribe();`,
    }),
    process.execPath,
    ['master.mjs'],
  );
  expect(await running.ended()).toEqual({ code: 0, signal: null });
  expect(running.output).toBe("8080 [ '1' ]\n");
});
