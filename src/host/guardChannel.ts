import type { Worker } from 'node:cluster';
import { MessageError } from '../vocabulary/errors.js';

/** Callbacks for trouble with a channel. */
export interface ChannelReports {
  /** The worker has written bytes that are not a message. The callback must end the worker; the channel is closed afterwards. Called at most once. */
  readonly broken: (error: Error) => void;
  /** The internals of this Node are unknown, so the channel is not guarded, or only in part. Called at most once per process. */
  readonly unguarded: (error: Error) => void;
}

/**
 * Prevents bytes that a worker writes to its IPC channel from ending this master. Call it right after the fork.
 *
 * Node parses these bytes where an exception cannot be caught: invalid JSON, or bytes that `v8.deserialize` refuses, are an uncaught error of the master. Node also keeps
 * an incomplete message without a limit, until the heap is full. So the function that reads the channel is wrapped: an exception closes the channel, and so does an
 * incomplete message longer than `limit` (characters of JSON, or bytes). The start of the next message cannot be found, so nothing more is read.
 */
export const guardChannel = (
  { id, process: child }: Worker,
  { broken, unguarded }: ChannelReports,
  limit?: number,
): void => {
  // A process that could not be started has no channel.
  if (child.pid === undefined) return;
  const key = symbolOf(child, 'kChannelHandle');
  const pipe: unknown = key === undefined ? undefined : Reflect.get(child, key);
  if (!isPipe(pipe)) return reportOnce(unguarded, 'the pipe of a child process under the symbol kChannelHandle');
  const incomplete = measure(pipe);
  if (incomplete === undefined)
    reportOnce(unguarded, 'the incomplete message of a channel under the symbol kJSONBuffer or kMessageBufferSize');

  const { onread: read } = pipe;
  // The limit of the heap is asked for only when it matters: a start would load node:v8 for it.
  const tooLong = (length: number): number | undefined => {
    if (limit === undefined && length <= neverTooLong) return undefined;
    const most = limit ?? defaultLimit();
    return length > most ? most : undefined;
  };
  const close = (why: string, cause?: unknown): void => {
    broken(
      new MessageError(
        `worker ${id} wrote bytes to its IPC channel that are not a message: ${why}. It is killed, because nothing after them can be read. Only process.send may write to this file descriptor (NODE_CHANNEL_FD)`,
        { cause },
      ),
    );
    // A call without bytes tells Node that the channel has ended; it closes the pipe.
    read.call(pipe);
  };

  pipe.onread = (bytes, ...rest) => {
    if (!bytes) return read.call(pipe, bytes, ...rest);
    const handle = pipe.pendingHandle;
    try {
      read.call(pipe, bytes, ...rest);
    } catch (error) {
      if (isClosable(handle)) closeUnlessTaken(child, handle);
      return close('expected JSON, or with serialization "advanced" what v8.serialize returns', error);
    }
    const exceeded = incomplete === undefined ? undefined : tooLong(incomplete());
    if (exceeded !== undefined)
      close(`expected at most ${exceeded} characters of JSON, or bytes with serialization "advanced", in a message`);
  };
};

/** Text with two bytes per character that is joined for the parser fills half of the heap at this length. */
const defaultLimit = (): number =>
  Math.floor(process.getBuiltinModule('node:v8').getHeapStatistics().heap_size_limit / 8);

/** Less than the limit with the smallest heap in which a master can run. */
const neverTooLong = 65_536;

interface Pipe {
  onread: (this: unknown, bytes?: ArrayBuffer, ...rest: unknown[]) => void;
  readonly pendingHandle: unknown;
}

const isPipe = (value: unknown): value is Pipe =>
  typeof value === 'object' &&
  value !== null &&
  'pendingHandle' in value &&
  typeof Reflect.get(value, 'onread') === 'function';

/** Returns a function that measures the incomplete message, or its announced length: a message that is too large is not waited for. */
const measure = (pipe: Pipe): (() => number) | undefined => {
  const text = symbolOf(pipe, 'kJSONBuffer');
  if (text !== undefined)
    return () => {
      const incomplete: unknown = Reflect.get(pipe, text);
      return typeof incomplete === 'string' ? incomplete.length : 0;
    };
  const size = symbolOf(pipe, 'kMessageBufferSize');
  const chunks = symbolOf(pipe, 'kMessageBuffer');
  if (size === undefined || chunks === undefined) return undefined;
  return () => Math.max(Number(Reflect.get(pipe, size)), announcedLength(Reflect.get(pipe, chunks)));
};

/** With serialization "advanced" a message begins with its length in four bytes. */
const announcedLength = (chunks: unknown): number => {
  const head: unknown = Array.isArray(chunks) ? chunks[0] : undefined;
  if (!(head instanceof Uint8Array) || head.byteLength < 4) return 0;
  return new DataView(head.buffer, head.byteOffset, head.byteLength).getUint32(0);
};

/** Node's symbols are not registered; they are found by their descriptions. */
const symbolOf = (owner: object, name: string): symbol | undefined =>
  Object.getOwnPropertySymbols(owner).find(({ description }) => description === name);

interface Closable {
  readonly close: () => void;
}

const isClosable = (value: unknown): value is Closable =>
  typeof value === 'object' && value !== null && typeof Reflect.get(value, 'close') === 'function';

/** A handle came with the bytes. Node delivers a message that was complete before the error on the next tick, perhaps with this handle. */
const closeUnlessTaken = (child: Worker['process'], handle: Closable): void => {
  let taken = false;
  const onMessage = (_message: unknown, other: unknown): void => {
    taken ||= other === handle;
  };
  child.on('internalMessage', onMessage);
  process.nextTick(() => {
    child.off('internalMessage', onMessage);
    if (!taken) handle.close();
  });
};

let reported = false;

const reportOnce = (unguarded: ChannelReports['unguarded'], expected: string): void => {
  if (reported) return;
  reported = true;
  unguarded(
    new Error(
      `a worker that writes other bytes than messages to its IPC channel can end this master: expected ${expected}, which Node ${process.version} does not have. Let only process.send write to this file descriptor (NODE_CHANNEL_FD)`,
    ),
  );
};
