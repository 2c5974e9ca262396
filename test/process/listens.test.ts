import { request } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fresh, master, pidOf, type Program } from './harness.js';

const server = (options: object) =>
  `import { createServer } from 'node:http';
   createServer((request, response) => {
     setTimeout(() => response.end(String(process.pid)), 100);
     process.send('asked');
   }).listen(${JSON.stringify(options)});`;

/** What the worker answers that has begun to listen last: its pid. */
const ask = (program: Program, folder: string): Promise<string> => {
  const { address, port } = program.past('listening').at(-1)?.address ?? {};
  const where = port === -1 ? { socketPath: join(folder, String(address)) } : { host: '127.0.0.1', port };
  return new Promise((resolve, reject) => {
    request({ ...where, agent: false }, (response) => {
      response.setEncoding('utf8').on('data', resolve);
    })
      .on('error', reject)
      .end();
  });
};

test.each([
  ['exclusive', { port: 0, host: '127.0.0.1', exclusive: true }, { address: '127.0.0.1', addressType: 4 }],
  ['exclusive, on a path', { path: 'web.sock', exclusive: true }, { address: 'web.sock', port: -1, addressType: -1 }],
  // Node 20 takes it for an ordinary server.
  ['shared with reusePort', { port: 0, host: '127.0.0.1', reusePort: true }, { address: '127.0.0.1', addressType: 4 }],
  ['on any address', { port: 0 }, { port: expect.any(Number) }],
  ['lent by the master', { port: 0, host: '127.0.0.1' }, { address: '127.0.0.1' }, 'none'],
])(
  'a server that is %s is reported once, serves, and is drained in a restart',
  async (_, options, address, policy = 'rr') => {
    const folder = fresh({ 'worker.mjs': server(options) });
    const program = master(
      folder,
      { worker: 1, exec: 'worker.mjs', maxSurge: 'path' in options ? 0 : 1 },
      { env: { NODE_CLUSTER_SCHED_POLICY: policy } },
    );
    await program.event('started');
    const before = ask(program, folder);
    // What still waits in a queue of the worker's own is lost with it.
    await program.event('message');
    expect((await program.call('restart')).result).toMatchObject({ outcome: 'done' });
    const after = await ask(program, folder);
    expect([await before, after]).toEqual(program.past('ready').map((told) => String(pidOf(told))));
    program.signal('SIGTERM');
    await program.event('completed');
    expect(program.past('listening')).toMatchObject([{ address }, { address }]);
    expect([program.past('kill'), program.past('error'), program.past('cut')]).toEqual([[], [], []]);
    expect(program.past('exit')).toMatchObject([{ code: 0 }, { code: 0 }]);
  },
);

test('a handle that is given to a worker is reported too', async () => {
  const folder = fresh({
    'worker.mjs': `
      import { createServer } from 'node:net';
      const first = createServer().listen({ port: 0, host: '127.0.0.1', exclusive: true }, () => {
        createServer((socket) => socket.end('two')).listen(first._handle);
      });`,
  });
  const program = master(folder, { worker: 1, exec: 'worker.mjs' });
  const [one, two] = await program.events('listening', 2);
  expect(two?.address).toEqual(one?.address);
});
