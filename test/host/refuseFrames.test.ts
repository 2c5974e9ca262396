import type { Worker } from 'node:cluster';
import { EventEmitter } from 'node:events';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { refuseFrames } from '../../src/host/refuseFrames.js';
import { mutated } from '../frames.js';

/** What Node receives of a frame, and what is reported. */
const pass = (frame: unknown, handle?: unknown, queue: unknown = null) => {
  const child = Object.assign(new EventEmitter(), { _handleQueue: queue });
  const told: string[] = [];
  const heard: unknown[] = [];
  child.on('internalMessage', (message: { readonly cmd?: unknown } | null) => heard.push(message?.cmd));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  refuseFrames({ id: 3, process: child } as unknown as Worker, (what) => told.push(what));
  child.emit('internalMessage', frame, handle);
  return { told, heard };
};

const query = { cmd: 'NODE_CLUSTER', act: 'queryServer', seq: 1, port: 80, addressType: 4, flags: 0, index: 0 };

test.each([
  [{ ...query, address: null, fd: null }],
  [{ ...query, address: '127.0.0.1', backlog: 511, data: null }],
  [{ ...query, address: '127.0.0.1', port: '8080', backlog: false }],
  [{ ...query, address: '0.0.0.0', port: undefined, fd: -1, addressType: 'udp4' }],
  [{ ...query, address: '/run/shop.sock', port: -1, addressType: -1 }],
  [{ ...query, address: '/run/shop.sock', port: -1, addressType: -1, fd: 'shop/' }],
  [{ ...query, address: null, port: null, addressType: null, fd: 5 }],
  [{ ...query, address: '127.0.0.1', addressType: 'udp4' }],
  [{ cmd: 'NODE_CLUSTER', act: 'listening', address: { any: 1 } }],
  [{ cmd: 'NODE_PROTEUS_CLUSTER_BATCH' }],
])('%j passes', (frame) => {
  expect(pass({ ...frame })).toEqual({ told: [], heard: [frame.cmd] });
});

test('an acknowledgement passes while a handle is not acknowledged', () => {
  expect(pass({ cmd: 'NODE_HANDLE_ACK' }, undefined, []).heard).toEqual(['NODE_HANDLE_ACK']);
});

test.each([
  [{ cmd: 'NODE_HANDLE_ACK' }, undefined],
  [{ cmd: 'NODE_HANDLE_NACK' }, undefined],
  [{ cmd: 'NODE_HANDLE' }, {}],
  [{ cmd: 'NODE_HANDLE', type: 'dgram.Socket' }, {}],
  [{ ...query, address: {} }, undefined],
  [{ ...query, port: 'x' }, undefined],
  [{ ...query, fd: '3' }, undefined],
  [{ ...query, port: 70_000 }, undefined],
  [{ ...query, address: 5 }, undefined],
  [{ ...query, port: undefined }, undefined],
  [{ ...query, address: '', port: -1 }, undefined],
  // node:cluster would find the socket of the cluster `other` on [::1]:8080 by it.
  [{ ...query, address: '', port: '', addressType: '1:8080', fd: 6, index: 'other/:0' }, undefined],
])('%j is refused and reported', (frame, handle) => {
  const { told, heard } = pass({ ...frame }, handle);
  expect(heard).toEqual(['NODE_PROTEUS_CLUSTER_REFUSED']);
  expect(told).toEqual([expect.stringMatching(/^worker 3 sent a frame that only Node itself may send/)]);
});

test('no input throws', () => {
  fc.assert(
    fc.property(fc.oneof(fc.anything(), mutated([query])), (frame) => {
      expect(pass(frame).heard).toHaveLength(1);
    }),
  );
});
