import type { Worker } from 'node:cluster';
import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { isolateSockets } from '../../src/host/isolateSockets.js';

const query = { cmd: 'NODE_CLUSTER', act: 'queryServer', address: null, port: 80, addressType: 4, index: 0 };

/** The descriptor that node:cluster reads in a request of a worker. */
const readFd = (message: object, cluster = 'web'): unknown => {
  const child = new EventEmitter();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  isolateSockets({ process: child } as unknown as Worker, cluster);
  child.emit('internalMessage', message);
  return Reflect.get(message, 'fd');
};

test.each([undefined, null, -1, 'web/'])('with the descriptor %j a worker asks for a socket of its cluster', (fd) => {
  expect(readFd({ ...query, fd })).toBe('web/');
});

test('a worker cannot ask for the socket of another cluster', () => {
  expect(readFd({ ...query, fd: 'other/' })).toBe('web/');
});

test('the name of a cluster is one part of the key, whatever it is', () => {
  expect(readFd({ ...query }, 'a:b')).toBe('a%3Ab/');
  expect(readFd({ ...query }, 'a%3Ab')).toBe('a%253Ab/');
  expect(readFd({ ...query }, '\uD800')).toBe('\uD800/');
});

test('a descriptor, and what is no request to listen, is left as it is', () => {
  expect(readFd({ ...query, fd: 5 })).toBe(5);
  expect(readFd({ ...query, act: 'close', fd: 'other/' })).toBe('other/');
  expect(readFd({ cmd: 'NODE_HANDLE' })).toBeUndefined();
});
