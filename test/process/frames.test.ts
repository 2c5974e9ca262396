import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { mutated } from '../frames.js';
import { frames } from '../channel/frames.js';
import { fresh, get, master, portOf, type Told } from './harness.js';

/** Each of these has ended a master before. */
const known: readonly unknown[] = [
  { cmd: 'NODE_PROTEUS_CLUSTER_BATCH', n: 1 },
  { cmd: 'NODE_PROTEUS_CLUSTER_BATCH', n: 1, frames: [null] },
  { cmd: 'NODE_PROTEUS_CLUSTER_BATCH', n: 1, messages: 5 },
  { cmd: 'NODE_HANDLE_ACK' },
  { cmd: 'NODE_HANDLE_NACK' },
  { cmd: 'NODE_CLUSTER', act: 'queryServer', seq: 1, address: {}, port: 'x' },
  { cmd: 'NODE_CLUSTER', act: 'queryServer', seq: 1, address: '127.0.0.1', port: 1e9, addressType: 4 },
  { cmd: 'NODE_CLUSTER', ack: 'proteus-cluster/1', accepted: false },
  { cmd: 'NODE_CLUSTER', act: 'listening', address: { any: 1 }, port: 'x' },
  { cmd: 'NODE_PROTEUS_CLUSTER:listening', address: 5 },
  { cmd: 'NODE_PROTEUS_CLUSTER:hooks', names: 'all' },
  { cmd: 'NODE_PROTEUS_CLUSTER:cause', cause: {} },
];

/** Except the frames by which a worker reports that it leaves. */
const random = fc.sample(mutated(frames), { numRuns: 500, seed: 1 });

test('whatever frames a worker sends, the master and the other workers are unharmed', async () => {
  const folder = fresh({
    'frames.json': JSON.stringify([...known, ...random]),
    'worker.mjs': `
      import { createServer } from 'node:http';
      import { readFileSync } from 'node:fs';
      import { connect } from 'node:net';
      const server = createServer((request, response) => response.end(process.env.PROTEUS_CLUSTER_SLOT)).listen(0, '127.0.0.1');
      process.on('message', (message) => {
        if (process.env.PROTEUS_CLUSTER_SLOT !== '1' || message !== 'go') return;
        for (let round = 0; round < 20; round += 1)
          for (const frame of JSON.parse(readFileSync('frames.json', 'utf8'))) process.send(frame);
        const socket = connect(server.address().port, '127.0.0.1', () =>
          process.send({ cmd: 'NODE_HANDLE' }, socket, () => process.send('done')));
      });
    `,
  });
  const app = master(
    folder,
    `proteus.messages$.subscribe(({ message }) => message?.cmd);
     run({ worker: 2, exec: 'worker.mjs' });`,
  );
  await app.event('started');
  const port = portOf(await app.event('listening'));
  await app.call('send', 'go');
  await app.event((told: Told) => told.message === 'done');
  const answers = await Promise.all(Array.from({ length: 10 }, () => get(port)));
  expect(new Set(answers)).toEqual(new Set(['1', '2']));
  const errors = app.past('error');
  expect(errors.every(({ worker }) => worker?.slot === 1)).toBe(true);
  // Some frames of the random ones say that something went wrong in the worker, and others that messages were lost: that is no misfit.
  const misfits = errors.filter(({ error }) => /is ignored/.test(error?.message ?? ''));
  expect(misfits.length).toBeGreaterThan(0);
  expect(misfits.length).toBeLessThan(5);
  const { result } = await app.call('restart');
  expect(result).toMatchObject({ outcome: 'done', replaced: [1, 2] });
  expect(app.past('failed')).toEqual([]);
});
