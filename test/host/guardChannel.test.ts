import type { Worker } from 'node:cluster';
import { EventEmitter } from 'node:events';
import { expect, test, vi } from 'vitest';

type OnRead = (bytes?: ArrayBuffer) => void;

interface Internals {
  readonly name?: string;
  readonly buffer?: Readonly<Record<string, unknown>>;
}

/** A worker as Node has it inside, with a reader of the test's own. */
const guarded = async (read: OnRead, { name = 'kChannelHandle', buffer = { kJSONBuffer: '' } }: Internals = {}) => {
  const symbols = Object.entries(buffer).map(([key, value]) => [Symbol(key), value] as const);
  const pipe = {
    onread: vi.fn<OnRead>(read),
    pendingHandle: null as unknown,
    ...Object.fromEntries(symbols),
  };
  const reads = pipe.onread;
  const child = Object.assign(new EventEmitter(), { pid: 7, [Symbol(name)]: pipe });
  const broken: string[] = [];
  const unguarded: string[] = [];
  const { guardChannel } = await fresh();
  const guard = () =>
    guardChannel(
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      { id: 3, process: child } as unknown as Worker,
      { broken: ({ message }) => broken.push(message), unguarded: ({ message }) => unguarded.push(message) },
      10,
    );
  guard();
  return { pipe, child, reads, broken, unguarded, guard };
};

/** Reports that are made once per process are made once per test. */
const fresh = async () => {
  vi.resetModules();
  return import('../../src/host/guardChannel.js');
};

const bytes = new ArrayBuffer(1);
const refuse: OnRead = (given) => {
  if (given) throw new SyntaxError('no JSON');
};

test('an exception of the reader is reported, and the channel is closed', async () => {
  const { pipe, reads, broken } = await guarded(refuse);
  pipe.onread(bytes);
  expect(broken).toEqual([
    expect.stringMatching(/^worker 3 wrote bytes to its IPC channel that are not a message: expected JSON/),
  ]);
  expect(reads.mock.calls).toEqual([[bytes], []]);
});

test('valid bytes and the end of the channel pass', async () => {
  const { pipe, reads, broken, unguarded } = await guarded(() => {});
  pipe.onread(bytes);
  pipe.onread();
  expect(reads.mock.calls).toEqual([[bytes], [undefined]]);
  expect([broken, unguarded]).toEqual([[], []]);
});

test.each([
  [{ kJSONBuffer: 'x'.repeat(10) }, 0],
  [{ kJSONBuffer: 'x'.repeat(11) }, 1],
  [{ kMessageBuffer: [], kMessageBufferSize: 10 }, 0],
  [{ kMessageBuffer: [], kMessageBufferSize: 11 }, 1],
  [{ kMessageBuffer: [Uint8Array.of(0, 0, 0)], kMessageBufferSize: 3 }, 0],
  [{ kMessageBuffer: [Uint8Array.of(0, 0, 0, 10, 1)], kMessageBufferSize: 5 }, 0],
  [{ kMessageBuffer: [Uint8Array.of(0, 0, 0, 11, 1)], kMessageBufferSize: 5 }, 1],
  [{ kMessageBuffer: [Uint8Array.of(255, 255, 255, 255)], kMessageBufferSize: 4 }, 1],
])('an incomplete message is kept up to the limit: %j', async (buffer, times) => {
  const { pipe, broken } = await guarded(() => {}, { buffer });
  pipe.onread(bytes);
  expect(broken.length).toBe(times);
});

test('a handle that comes with invalid bytes is closed', async () => {
  const { pipe } = await guarded(refuse);
  const handle = { close: vi.fn<() => void>() };
  pipe.pendingHandle = handle;
  pipe.onread(bytes);
  await new Promise(setImmediate);
  expect(handle.close).toHaveBeenCalledOnce();
});

test('a handle of a message that was read before is not closed', async () => {
  const handle = { close: vi.fn<() => void>() };
  const { pipe, child } = await guarded((given) => {
    if (given) process.nextTick(() => child.emit('internalMessage', { cmd: 'NODE_HANDLE' }, handle));
    refuse(given);
  });
  pipe.pendingHandle = handle;
  pipe.onread(bytes);
  await new Promise(setImmediate);
  expect(handle.close).not.toHaveBeenCalled();
  expect(child.listenerCount('internalMessage')).toBe(0);
});

test('with an unknown pipe nothing is guarded, which is reported once per process', async () => {
  const { pipe, reads, unguarded, guard } = await guarded(() => {}, { name: 'kOther' });
  guard();
  expect(unguarded).toEqual([expect.stringMatching(/expected the pipe of a child process.* which Node v/)]);
  expect(pipe.onread).toBe(reads);
});

test('with an unknown buffer the channel is guarded without a limit', async () => {
  const { pipe, broken, unguarded } = await guarded(refuse, { buffer: {} });
  expect(unguarded).toEqual([expect.stringMatching(/expected the incomplete message of a channel/)]);
  pipe.onread(bytes);
  expect(broken.length).toBe(1);
});
