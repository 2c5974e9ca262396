import { writeNow } from './writeNow.js';
import { interruptibleWait } from './interruptibleWait.js';
import type { Device } from './sink.js';

/** The longest delay of a Node timer. */
const maxTimerMs = 2 ** 31 - 1;
/** At exit, a full stdout is written to for at most this long. */
const exitWriteTimeoutMs = 1_000;

/** A destination of pino: a stream, a transport's worker thread, or any object with `write`. */
export interface Stream {
  readonly write: (text: string) => unknown;
  readonly on?: (name: string, listener: (value: unknown) => void) => unknown;
  readonly off?: (name: string, listener: (value: unknown) => void) => unknown;
  readonly destroyed?: boolean;
  readonly end?: () => unknown;
  /** pino's own streams: the file that is written and can be reopened. */
  readonly file?: string | null;
  readonly reopen?: () => unknown;
}

const ignore = (): void => {};
const nothing = Buffer.alloc(0);

/**
 * A device for this process's stdout when that is a terminal, a pipe or a socket. A slow reader does not block the master: the write completes asynchronously.
 * It cannot be reopened when its reader has gone.
 */
export const stdoutDestination = (stdout: NodeJS.WriteStream): Device => {
  // Without a listener, an error of stdout ends the master, also when the application printed.
  stdout.on('error', ignore);
  const handle = handleOf(stdout);
  // Node writes to a terminal synchronously, so Ctrl-S would stop the master.
  handle?.setBlocking?.(false);
  let currentWrite: Buffer | undefined;
  let broken = false;
  /** The part of the current write that the kernel has not accepted yet; `undefined` if other output of this process is queued too and the part cannot be determined. */
  const unwrittenPart = (): Buffer | undefined => {
    if (currentWrite === undefined || stdout.writableLength === 0) return nothing;
    const left = handle?.writeQueueSize;
    const isAlone = stdout.writableLength === currentWrite.length;
    return isAlone && left !== undefined ? currentWrite.subarray(currentWrite.length - left) : undefined;
  };
  return {
    name: 'stdout',
    write: (blocks) =>
      new Promise((resolve, reject) => {
        const all = Buffer.concat(blocks);
        currentWrite = all;
        stdout.write(all, (error) => {
          currentWrite = undefined;
          if (error) {
            broken = true;
            reject(error);
          } else resolve(all.length);
        });
      }),
    flushAtExit: (blocks) => {
      // Node's own queue is no longer written, and nothing may get into the middle of the current write.
      const before = unwrittenPart();
      if (before !== undefined && !broken) writeNow(1, Buffer.concat([before, ...blocks]), exitWriteTimeoutMs);
    },
    close: () => {
      // An unfinished write would keep the process alive until the reader reads.
      if (currentWrite !== undefined) handle?.close?.();
      // If the reader has gone, the listener stays: later prints of the application would end the master.
      else if (!broken) stdout.off('error', ignore);
    },
  };
};

/** A device for a stream of pino. `begin` creates it. If `ours`, the device also creates it again after a failure and ends it on `close`; otherwise the stream belongs to the application. */
export const stream = (name: string, begin: () => Stream, ours: boolean): Device => {
  const { wait, wake } = interruptibleWait();
  let onFailure: (error: unknown) => void = ignore;
  const failed = (error: unknown) => {
    wake();
    onFailure(error);
  };
  const addListeners = (out: Stream): Stream => {
    // Without a listener, an error of the stream would end the master.
    out.on?.('error', failed);
    out.on?.('drain', wake);
    out.on?.('close', wake);
    return out;
  };
  let out = addListeners(begin());

  const removeListeners = () => {
    out.off?.('drain', wake);
    out.off?.('close', wake);
    if (!ours) out.off?.('error', failed);
  };

  /** Lines that make the application's own stream throw are dropped; writing them again would throw for ever. */
  const writeTo = (text: string): unknown => {
    try {
      return isMultistream(out) ? eachLine(out, text) : out.write(text);
    } catch (error) {
      if (ours) throw error;
      failed(error);
      return true;
    }
  };

  const device: Device = {
    name,
    write: async (blocks) => {
      if (hasEnded(out)) throw new Error('the stream has been destroyed');
      const all = Buffer.concat(blocks);
      const text = all.toString('utf8');
      const room = writeTo(text);
      if (room === false && out.on !== undefined && !hasEnded(out)) {
        await wait(maxTimerMs);
      }
      return all.length;
    },
    onFailure: (listener) => {
      onFailure = listener;
    },
    close: () => {
      wake();
      removeListeners();
      if (ours) out.end?.();
    },
  };
  if (!ours) {
    const reopen = async () => {
      if (typeof out.file === 'string') out.reopen?.();
    };
    return { ...device, reopen };
  }
  return {
    ...device,
    reopen: async () => {
      if (!hasEnded(out)) return;
      out = addListeners(begin());
    },
  };
};

const hasEnded = ({ destroyed }: Stream): boolean => destroyed === true;

const metadata = Symbol.for('pino.metadata');

/** Whether this is pino's multistream or another stream that expects `lastLevel` to be set before each line. */
const isMultistream = (out: object): out is Stream & { lastLevel: number } => Reflect.get(out, metadata) === true;

const eachLine = (out: Stream & { lastLevel: number }, text: string): unknown => {
  let room: unknown;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    out.lastLevel = Number(/"level":(\d+)/.exec(line)?.[1] ?? 30);
    room = out.write(`${line}\n`);
  }
  return room;
};

/** Node's internal handle of the stream; there is no public API for it. */
interface Handle {
  readonly setBlocking?: (blocking: boolean) => unknown;
  /** Bytes that the kernel has not accepted yet. */
  readonly writeQueueSize?: number;
  readonly close?: () => void;
}

const handleOf = (stdout: object): Handle | undefined => {
  const handle: unknown = Reflect.get(stdout, '_handle');
  return typeof handle === 'object' && handle !== null ? handle : undefined;
};
