import { expect, test } from 'vitest';
import { fresh, gone, master, pidOf, workers } from './harness.js';

// In a file of its own, because it takes its time while the others run.
test('a worker that was leaving and does not exit ends 10 s after its master', { timeout: 30_000 }, async () => {
  const drain = { linger: 60_000 };
  const program = master(fresh({ 'worker.mjs': workers.stubborn }), { worker: 1, exec: 'worker.mjs', drain });
  await program.event('started');
  const pid = pidOf(await program.event('ready'));
  program.signal('SIGTERM');
  await program.event('disconnect');
  const killed = performance.now();
  program.signal('SIGKILL');
  await gone(pid);
  expect(performance.now() - killed).toBeGreaterThan(9_000);
  expect(performance.now() - killed).toBeLessThan(13_000);
});
