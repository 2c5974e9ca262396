import { writeNow } from './writeNow.js';
import { interruptibleWait } from './interruptibleWait.js';
import type { Device } from './sink.js';

/** What a timer can hold, in ms. */
const longest = 2 ** 31 - 1;

/** What pino writes to: a stream, a transport's thread, or anything with a `write`. */
export interface Stream {
  readonly write: (text: string) => unknown;
  readonly on?: (name: string, listener: (value: unknown) => void) => unknown;
  readonly off?: (name: string, listener: (value: unknown) => void) => unknown;
  readonly destroyed?: boolean;
  readonly end?: () => unknown;
  /** Of pino's own streams: the file it writes, which it can begin anew. */
  readonly file?: string | null;
  readonly reopen?: () => unknown;
}

const ignore = (): void => {};
const nothing = Buffer.alloc(0);

/**
 * This process's stdout where it is a terminal, a pipe or a socket. Its reader may be slow: what it does not take waits here, and not in a write that keeps
 * the master from everything else. Once the reader has gone it is gone for good.
 */
export const stdoutDestination = (stdout: NodeJS.WriteStream): Device => {
  // Also what the application prints there would end the master.
  stdout.on('error', ignore);
  const handle = handleOf(stdout);
  // Node has a terminal wait for its reader: Ctrl-S would stop the master.
  handle?.setBlocking?.(false);
  let underWay: Buffer | undefined;
  let broken = false;
  /** What of it the system has not taken yet; `undefined` where what others print is in between, and nobody can know. */
  const rest = (): Buffer | undefined => {
    if (underWay === undefined || stdout.writableLength === 0) return nothing;
    const left = handle?.writeQueueSize;
    const isAlone = stdout.writableLength === underWay.length;
    return isAlone && left !== undefined ? underWay.subarray(underWay.length - left) : undefined;
  };
  return {
    name: 'stdout',
    write: (blocks) =>
      new Promise((resolve, reject) => {
        const all = Buffer.concat(blocks);
        underWay = all;
        stdout.write(all, (error) => {
          underWay = undefined;
          if (error) {
            broken = true;
            reject(error);
          } else resolve(all.length);
        });
      }),
    last: (blocks) => {
      // Node writes no more. Nothing may come into the middle of what is under way.
      const before = rest();
      if (before !== undefined && !broken) writeNow(1, Buffer.concat([before, ...blocks]), 1_000);
    },
    close: () => {
      // The process could not end before somebody reads.
      if (underWay !== undefined) handle?.close?.();
      // Where nobody reads any more the application's own prints would end the master.
      else if (!broken) stdout.off('error', ignore);
    },
  };
};

/**
 * A stream of pino's. `begin` makes it, and makes it anew when it has failed, where that is ours to do; `close` is, too.
 */
export const stream = (name: string, begin: () => Stream, ours: boolean): Device => {
  const { rest, wake } = interruptibleWait();
  let hear: (error: unknown) => void = ignore;
  const failed = (error: unknown) => {
    wake();
    hear(error);
  };
  const attend = (out: Stream): Stream => {
    // Without a listener its error would end the master.
    out.on?.('error', failed);
    out.on?.('drain', wake);
    out.on?.('close', wake);
    return out;
  };
  let out = attend(begin());

  const neglect = () => {
    out.off?.('drain', wake);
    out.off?.('close', wake);
    if (!ours) out.off?.('error', failed);
  };

  /** What somebody's own stream throws at is lost, or it would be offered again and again. */
  const give = (text: string): unknown => {
    try {
      return isManifold(out) ? eachLine(out, text) : out.write(text);
    } catch (error) {
      if (ours) throw error;
      failed(error);
      return true;
    }
  };

  const device: Device = {
    name,
    write: async (blocks) => {
      if (hasEnded(out)) throw new Error('it has ended');
      const all = Buffer.concat(blocks);
      const text = all.toString('utf8');
      const room = give(text);
      if (room === false && out.on !== undefined && !hasEnded(out)) {
        await rest(longest);
      }
      return all.length;
    },
    onFailure: (listener) => {
      hear = listener;
    },
    close: () => {
      wake();
      neglect();
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
      out = attend(begin());
    },
  };
};

const hasEnded = ({ destroyed }: Stream): boolean => destroyed === true;

const metadata = Symbol.for('pino.metadata');

/** pino's multistream, and what wants to be told the level of each line before it comes. */
const isManifold = (out: object): out is Stream & { lastLevel: number } => Reflect.get(out, metadata) === true;

const eachLine = (out: Stream & { lastLevel: number }, text: string): unknown => {
  let room: unknown;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    out.lastLevel = Number(/"level":(\d+)/.exec(line)?.[1] ?? 30);
    room = out.write(`${line}\n`);
  }
  return room;
};

/** Node's own handle of the stream, which has no public name. */
interface Handle {
  readonly setBlocking?: (blocking: boolean) => unknown;
  /** In bytes. */
  readonly writeQueueSize?: number;
  readonly close?: () => void;
}

const handleOf = (stdout: object): Handle | undefined => {
  const handle: unknown = Reflect.get(stdout, '_handle');
  return typeof handle === 'object' && handle !== null ? handle : undefined;
};
