import { expect, test } from 'vitest';
import { fresh, get, master, pidOf, portOf, type Told } from './harness.js';

/** Writes into the channel until a write fails, or all is written. The descriptor does not block. */
const worker = `
  import { createServer } from 'node:http';
  import { writeSync } from 'node:fs';
  import { serialize } from 'node:v8';
  createServer((request, response) => response.end(process.env.PROTEUS_CLUSTER_SLOT)).listen(0, '127.0.0.1');
  const write = (bytes) => {
    for (let at = 0; at < bytes.length;) {
      try { at += writeSync(3, bytes, at); } catch (error) { if (error.code !== 'EAGAIN') throw error; }
    }
  };
  const framed = (bytes, length = bytes.length) => {
    const head = Buffer.alloc(4);
    head.writeUInt32BE(length);
    return Buffer.concat([head, bytes]);
  };
  const kinds = {
    text: () => write(Buffer.from('{"before":1}\\nthis is no JSON\\n{"after":1}\\n')),
    empty: () => write(Buffer.from('{"before":1}\\n\\n{"after":1}\\n')),
    bytes: () => write(Buffer.concat([framed(serialize({ before: 1 })), framed(Buffer.from('no serialisation')), framed(serialize({ after: 1 }))])),
    length: () => write(Buffer.concat([framed(serialize({ before: 1 })), framed(serialize({ after: 1 }), 0xffffffff)])),
    line: () => { for (;;) write(Buffer.alloc(65536, '"')); },
    message: () => { write(framed(Buffer.alloc(0), 0x7fffffff)); for (;;) write(Buffer.alloc(65536)); },
  };
  process.on('message', ({ slot, kind }) => {
    if (String(slot) === process.env.PROTEUS_CLUSTER_SLOT) kinds[kind]();
  });
`;

const start = async (serialization: string, kind: string, env: NodeJS.ProcessEnv = {}) => {
  const folder = fresh({ 'worker.mjs': worker });
  const app = master(folder, { worker: 2, exec: 'worker.mjs', serialization }, { env });
  await app.event('started');
  const port = portOf(await app.event('listening'));
  const forked = app.past('fork');
  await app.call('send', { slot: 1, kind });
  const exit = await app.event('exit');
  const replaced = app.past('fork').length;
  await app.event(({ type, worker }) => type === 'available' && worker?.slot === 1, app.told.indexOf(exit));
  return { app, port, forked, exit, replaced };
};

const expectCrash = async ({ app, port, forked, exit }: Awaited<ReturnType<typeof start>>) => {
  expect(exit).toMatchObject({ worker: { slot: 1 }, code: null, signal: 'SIGKILL', requested: false, reason: 'crash' });
  expect(exit.cause?.message).toMatch(/^worker \d+ wrote bytes to its IPC channel that are not a message/);
  const errors = app.past('error');
  expect(errors.map(({ worker, error }) => [worker?.id, error?.message])).toEqual([
    [exit.worker?.id, exit.cause?.message],
  ]);
  expect(app.past('fork').length).toBe(forked.length + 1);
  expect(app.past('exit').length).toBe(1);
  const answers = await Promise.all(Array.from({ length: 10 }, () => get(port)));
  expect(new Set(answers)).toEqual(new Set(['1', '2']));
  const survivor = forked.find(({ worker }) => worker?.slot === 2);
  expect(survivor).toBeDefined();
  const { result } = await app.call('restart');
  expect(result).toMatchObject({ outcome: 'done', replaced: [1, 2] });
  expect(app.past('failed')).toEqual([]);
  expect(app.past(({ type, worker }) => type === 'exit' && worker?.slot === 2).map(pidOf)).toEqual(
    survivor === undefined ? [] : [pidOf(survivor)],
  );
};

test.each([
  ['json', 'text'],
  ['json', 'empty'],
  ['advanced', 'bytes'],
  ['advanced', 'length'],
])('a worker that writes into its channel what is no message is killed and respawned: %s, %s', async (...how) => {
  const started = await start(...how);
  const messages = started.app.past('message').map(({ message }: Told) => message);
  expect(messages).toEqual([{ before: 1 }]);
  await expectCrash(started);
});

test.each([
  ['json', 'line'],
  ['advanced', 'message'],
])('a worker whose message does not end is killed before the master has no memory left: %s, %s', async (...how) => {
  const started = await start(...how, { NODE_OPTIONS: '--max-old-space-size=64' });
  expect(started.exit.cause?.message).toMatch(/expected at most \d+ characters of JSON/);
  await expectCrash(started);
});
