import { expect, test } from 'vitest';
import { fresh, get, master, pidOf, portOf } from '../../process/harness.js';

const start = async (source: string, options: object = {}) => {
  const program = master(fresh({ 'worker.mjs': source }), { worker: 1, exec: 'worker.mjs', ...options });
  await program.event('started');
  return program;
};

test('a worker that closes its servers is replaced, and has answered and exited', async () => {
  const program = await start(
    `import { createServer } from 'node:http';
     const server = createServer((request, response) => {
       setTimeout(() => response.end(String(process.pid)), 100);
       server.close();
     }).listen(0, '127.0.0.1');
     setInterval(() => {}, 1_000);`,
    // Long enough for a busy machine, so that no worker is killed.
    { drain: { linger: 50 }, disconnectTimeout: 10_000 },
  );
  const first = pidOf(await program.event('ready'));
  expect(await get(portOf(await program.event('listening')))).toBe(String(first));
  await program.events('ready', 2);
  expect(await program.event('exit')).toMatchObject({ code: 0, signal: null, worker: { pid: first } });
  expect(program.past('closed')).toHaveLength(1);
  expect(program.past('leaving')).toMatchObject([{ why: 'it has closed its servers' }]);
  expect(program.past('kill')).toEqual([]);
});

test('servers that are closed before others are opened do not count', async () => {
  const program = await start(
    `import { createServer } from 'node:http';
     const trial = createServer().listen(0, '127.0.0.1', () => trial.close(() => process.send('ready')));
     setTimeout(() => createServer().listen(0, '127.0.0.1', () => process.send('serves')), 1_100);`,
  );
  await program.event(({ message }) => message === 'serves');
  expect(program.past('closed')).toEqual([]);
});
