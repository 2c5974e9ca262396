import { expect, test } from 'vitest';
import { fresh, program } from './harness.js';

test('a respawn operator that gives up ends the master with a code that is not 0', async () => {
  const folder = fresh({
    'worker.mjs': `throw new Error('broken');`,
    'master.mjs': `
      import { cluster$ } from 'proteus-cluster';
      import { retry } from 'rxjs';
      cluster$({ worker: 1, exec: 'worker.mjs', pid: false, respawn: retry({ count: 2 }) }).subscribe({
        error: (error) => { console.log(error.name, error.exit.code, error.exit.cause.message); process.exitCode = 1; },
      });`,
  });
  const running = program(folder, process.execPath, ['master.mjs']);
  expect(await running.ended()).toEqual({ code: 1, signal: null });
  expect(running.output).toContain('WorkerExitError 1 broken');
  expect(running.output).toContain('the respawn operator gave up');
});
