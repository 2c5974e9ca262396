import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeReport } from '../../src/vocabulary/decodeReport.js';
import { decode, decodeAddress, isWorkerFrame } from '../../src/vocabulary/protocol.js';
import * as masterFrame from '../../src/worker/preload/masterFrame.js';
import { latencyBounds, type WorkerReport } from '../../src/vocabulary/stats.js';
import { mutated } from '../frames.js';

/** A decoder accepts anything, and what it has read it reads again. */
const readsItsOwn = (read: (value: unknown) => unknown, frames: readonly object[]): void =>
  fc.assert(
    fc.property(fc.oneof(fc.anything(), mutated(frames)), (value) => {
      const once = read(value);
      return once === undefined || isDeepStrictEqual(read(once), once);
    }),
    { numRuns: 3_000 },
  );

const cause = { name: 'Error', message: 'boom', stack: 'Error: boom' };
const address = { address: '127.0.0.1', port: 80, addressType: 4 };

const report: WorkerReport = {
  uptime: 1_000.5,
  eventLoop: { utilization: 0.25, delay: { mean: 0.5, p50: 0.25, p99: 3, max: 4 } },
  heap: { used: 1, total: 2, limit: 3 },
  requests: { inFlight: 1, completed: 2, latency: { counts: [...latencyBounds.map(() => 0), 2], sum: 30_000 } },
  connections: 3,
};

const workers = [
  { cmd: 'NODE_PROTEUS_CLUSTER:leaving', why: 'SIGTERM' },
  { cmd: 'NODE_PROTEUS_CLUSTER:replace', why: 'SIGTERM' },
  { cmd: 'NODE_PROTEUS_CLUSTER:cause', cause },
  { cmd: 'NODE_PROTEUS_CLUSTER:cause' },
  { cmd: 'NODE_PROTEUS_CLUSTER:listening', address },
  { cmd: 'NODE_PROTEUS_CLUSTER:cut', connections: 2, why: 'late' },
  { cmd: 'NODE_PROTEUS_CLUSTER:hooks', names: ['a', 'b'] },
  { cmd: 'NODE_PROTEUS_CLUSTER:error', message: 'oh' },
  { cmd: 'NODE_PROTEUS_CLUSTER:sample', report },
  { cmd: 'NODE_PROTEUS_CLUSTER:feature', feature: 'one', body: { resigned: true } },
  { cmd: 'NODE_PROTEUS_CLUSTER:drained' },
];

const drain = { grace: 1, cut: 2, linger: 3, webSockets: true };

const masters = [
  { cmd: 'NODE_PROTEUS_CLUSTER', feature: 'one', body: { leads: true } },
  { cmd: 'NODE_PROTEUS_CLUSTER', drain },
  { cmd: 'NODE_PROTEUS_CLUSTER', alone: drain },
  { cmd: 'NODE_PROTEUS_CLUSTER', sample: true },
  { cmd: 'NODE_PROTEUS_CLUSTER', sample: false },
];

test('what a worker says arrives as it is, without fields that are unknown', () => {
  for (const says of workers) {
    expect(decode(says)).toEqual(says);
    expect(decode({ ...says, later: 1 })).toEqual(says);
    expect(isWorkerFrame(says)).toBe(true);
  }
});

test('a kind that is unknown is no frame, and neither is a message of the application', () => {
  for (const message of [
    { cmd: 'NODE_PROTEUS_CLUSTER:later' },
    { cmd: 'NODE_PROTEUS_CLUSTER' },
    { cmd: 'proteus-cluster:drained' },
    { cmd: 'constructor' },
    null,
    'NODE_PROTEUS_CLUSTER:drained',
  ]) {
    expect(isWorkerFrame(message)).toBe(false);
    expect(decode(message)).toBeUndefined();
  }
});

test('whatever a worker sends, it is read or refused, and nothing throws', () => {
  expect(decode({ cmd: 'NODE_PROTEUS_CLUSTER:cut', connections: -1, why: 'late' })).toBeUndefined();
  readsItsOwn(decode, workers);
  fc.assert(fc.property(mutated(workers), (message) => isWorkerFrame(message)));
});

test.each([
  ['a number that is not finite', { ...report, uptime: Infinity }],
  ['a negative number', { ...report, heap: { ...report.heap, used: -1 } }],
  ['a share above 1', { ...report, eventLoop: { ...report.eventLoop, utilization: 1.5 } }],
  ['half a request', { ...report, requests: { ...report.requests, inFlight: 0.5 } }],
  ['a longer list', { ...report, requests: { ...report.requests, latency: { counts: Array(100).fill(0), sum: 0 } } }],
  ['a part that is missing', { ...report, eventLoop: undefined }],
])('a report with %s does not fit', (_, wrong) => {
  expect(decode({ cmd: 'NODE_PROTEUS_CLUSTER:sample', report: wrong })).toBeUndefined();
});

/** A part of a report, which fits or does not. */
const part = (whole: object) => fc.oneof(fc.constant(whole), mutated([whole]));

test('whatever a worker reports, it is read or refused, part by part', () => {
  const { eventLoop, heap, requests } = report;
  const misled = fc.record({
    uptime: fc.oneof(fc.constant(1), fc.double()),
    eventLoop: part(eventLoop),
    heap: part(heap),
    requests: part(requests),
    connections: fc.constant(1),
  });
  fc.assert(
    fc.property(misled, (value) => {
      const read = decodeReport(value);
      if (read === undefined) return;
      const numbers = JSON.stringify(read).match(/[-\d.e+]+(?=[,}\]])/g) ?? [];
      expect(numbers.length).toBe(31);
      expect(decodeReport(read)).toEqual(read);
    }),
    { numRuns: 2_000 },
  );
});

test('texts of a worker are cut, and lists too', () => {
  const long = 'x'.repeat(1_000_000);
  const says = [
    decode({ cmd: 'NODE_PROTEUS_CLUSTER:cause', cause: { name: long, message: long, stack: long } }),
    decode({ cmd: 'NODE_PROTEUS_CLUSTER:hooks', names: Array.from({ length: 10_000 }, () => long) }),
    decode({ cmd: 'NODE_PROTEUS_CLUSTER:leaving', why: long }),
  ];
  for (const each of says) expect(JSON.stringify(each).length).toBeLessThan(1_000_000);
});

test('an address of node:cluster is read or refused, and nothing throws', () => {
  expect(decodeAddress({ ...address, fd: 3 })).toEqual(address);
  expect(decodeAddress({ address: undefined, port: null, addressType: 'udp4' })).toEqual({
    address: null,
    port: null,
    addressType: 'udp4',
  });
  readsItsOwn(decodeAddress, [address]);
});

test('what the master says arrives as it is; what an older one leaves out has a default', () => {
  for (const says of masters) expect(masterFrame.decode({ ...says, later: 1 })).toEqual(says);
  expect(masterFrame.decode({ cmd: 'NODE_PROTEUS_CLUSTER', drain: {} })).toEqual({
    cmd: 'NODE_PROTEUS_CLUSTER',
    drain: { cut: 30_000, linger: 1_000, webSockets: true },
  });
  expect(masterFrame.decode({ cmd: 'NODE_PROTEUS_CLUSTER', later: {} })).toBeUndefined();
});

test('whatever the master says, it is read or refused, and nothing throws', () => {
  readsItsOwn(masterFrame.decode, masters);
  fc.assert(
    fc.property(
      mutated(masters),
      (message) => !masterFrame.isMasterFrame(message) || [true, false].includes(masterFrame.isKnown(message)),
    ),
  );
  expect(masterFrame.decode({ cmd: 'NODE_PROTEUS_CLUSTER', drain: 5 })).toBeUndefined();
});
