import { atExit } from './atExit.js';
import { messageOf } from '../vocabulary/errors.js';
import { countDropped } from '../host/countDropped.js';
import { interruptibleWait } from './interruptibleWait.js';
import { lineQueue } from './lineQueue.js';

/** The destination that a sink writes to: a file, a descriptor or a stream. */
export interface Device {
  /** Its name in errors and events. */
  readonly name: string;
  /** Writes whole lines. Resolves with the number of bytes written; 0 when there is no room now. */
  readonly write: (blocks: readonly Buffer[]) => Promise<number>;
  /** Opens the destination again under the same name. If that fails, the previous one stays in use. `undefined`: it cannot be reopened, and a failure is final. */
  readonly reopen?: () => Promise<void>;
  /** Registers a listener for failures that happen while nothing is being written. */
  readonly onFailure?: (listener: (error: unknown) => void) => void;
  /** Called when the process exits: writes synchronously what it can. `queued` are the lines that `write` was not called with, `all` also contains those of an unfinished `write`. */
  readonly flushAtExit?: (queued: readonly Buffer[], all: readonly Buffer[]) => void;
  readonly close: () => void;
}

/** Callbacks for trouble with a log. */
export interface SinkReports {
  /** The log cannot be written or reopened. Called once per failure until the log works again. */
  readonly failed: (error: Error) => void;
  /** `lines` lines have been dropped since the last call, and `total` since the log was opened. */
  readonly dropped: (lines: number, total: number, why: string) => void;
}

/** Queues lines and writes them later, in order; no caller waits. Each character of a text is one byte (Latin-1). `false`: the lines were dropped. */
export interface Sink {
  readonly write: (text: string, lines: number) => boolean;
  /** Like `write`, but a dropped line is not counted. For reports about dropped lines, which would otherwise cause further reports. */
  readonly writeUncounted: (text: string) => boolean;
  readonly reopen: () => void;
  /** Writes the queued lines, for at most `closeTimeoutMs`, and closes the device. */
  readonly close: () => void;
}

export interface SinkOptions {
  /** At most this many bytes are queued; further lines are dropped. Default: 32 MB. */
  readonly maxBytes?: number | undefined;
  /** Fewer bytes than `minBatchBytes` wait so long for more. Default: 5 ms. */
  readonly batchDelayMs?: number;
  /** What is written, in errors. Default: `log`. */
  readonly what?: string;
}

/** At most about this many bytes per write. */
const maxWriteBytes = 2 ** 20;
/** Fewer bytes than this wait `batchDelayMs` for more: the fixed cost of a write is high. */
const minBatchBytes = 2 ** 18;
/** When the device has no room the next write is tried after this time. */
const noRoomRetryMs = 10;
/** After a failure the next attempt is made after this time, which then doubles up to `maxFailureRetryMs`. */
const failureRetryMs = 100;
const maxFailureRetryMs = 5_000;
/** The same failure is reported again after this time at the earliest. */
const reportIntervalMs = 5_000;
/** Closing waits this long for the queued lines. */
const closeTimeoutMs = 2_000;

/** Writes lines to a device that may be slow or fail. The queue is bounded; dropped lines are counted and reported. */
export const sinkTo = (
  device: Device,
  reports: SinkReports,
  { maxBytes = 32 * 2 ** 20, batchDelayMs = 5, what = 'log' }: SinkOptions = {},
): Sink => {
  const queue = lineQueue(maxBytes);
  const { wait, wake } = interruptibleWait();
  let [running, isBatching, reopenRequested, broken, closing, closed] = [false, false, false, false, false, false];
  let bytesInWrite = 0;
  /** The text of the current failure; `undefined` while the device works. */
  let currentFailure: string | undefined;
  let lastReported = { text: '', at: -Infinity };
  let retryMs = failureRetryMs;
  const dropped = countDropped((lines, total) =>
    reports.dropped(lines, total, currentFailure ?? `${device.name} is written too slowly`),
  );

  const fail = (thrown: unknown): void => {
    const text = messageOf(thrown);
    const isNew =
      currentFailure !== text &&
      (lastReported.text !== text || performance.now() - lastReported.at >= reportIntervalMs);
    currentFailure = text;
    if (!isNew) return;
    lastReported = { text, at: performance.now() };
    reports.failed(new Error(`${what}: ${device.name}: ${text}`, { cause: thrown }));
  };

  const succeed = (): void => {
    currentFailure = undefined;
    retryMs = failureRetryMs;
    if (queue.bytes() < maxBytes / 2) dropped.reportNow();
  };

  const reopen = async (): Promise<void> => {
    reopenRequested = false;
    try {
      await device.reopen?.();
    } catch (error) {
      // The previous destination stays in use.
      fail(error);
    }
  };

  const write = async (): Promise<void> => {
    const blocks = queue.first(maxWriteBytes);
    bytesInWrite = lengthOf(blocks);
    const written = await device.write(blocks);
    bytesInWrite = 0;
    queue.drop(written);
    if (written > 0) succeed();
    else await wait(noRoomRetryMs);
  };

  const recover = async (): Promise<void> => {
    broken = false;
    if (device.reopen === undefined || closing) return end();
    await wait(retryMs);
    retryMs = Math.min(retryMs * 2, maxFailureRetryMs);
    reopenRequested = true;
  };

  const step = async (): Promise<void> => {
    isBatching = queue.bytes() < minBatchBytes && !reopenRequested && !broken && !closing;
    if (isBatching) await wait(batchDelayMs);
    isBatching = false;
    if (broken) await recover();
    if (reopenRequested) await reopen();
    try {
      if (queue.bytes() > 0) await write();
    } catch (error) {
      bytesInWrite = 0;
      fail(error);
      await recover();
    }
  };

  const hasWork = (): boolean => !closed && (reopenRequested || broken || queue.bytes() > 0);

  const run = async (): Promise<void> => {
    if (running) return;
    running = true;
    // One after the other, to keep the order of the lines.
    // oxlint-disable-next-line no-await-in-loop
    while (hasWork()) await step();
    running = false;
    if (closing) end();
  };

  const end = (): void => {
    if (closed) return;
    closed = true;
    removeExitCallback();
    wake();
    dropped.reportNow();
    const unwritten = queue.bytes();
    if (unwritten > 0)
      reports.failed(
        new Error(`${what}: ${device.name}: ${unwritten} bytes could not be written before the ${what} was closed`),
      );
    device.close();
  };

  const removeExitCallback = atExit(() => device.flushAtExit?.(queue.after(bytesInWrite), queue.after(0)));

  const add = (text: string): boolean => {
    if (closed || !queue.push(text)) return false;
    if (isBatching && queue.bytes() >= minBatchBytes) wake();
    void run();
    return true;
  };

  device.onFailure?.((error) => {
    fail(error);
    broken = true;
    wake();
    void run();
  });

  return {
    write: (text, lines) => {
      const added = add(text);
      if (!added) dropped.add(lines);
      return added;
    },
    writeUncounted: add,
    reopen: () => {
      reopenRequested = true;
      wake();
      void run();
    },
    close: () => {
      closing = true;
      wake();
      if (running) setTimeout(end, closeTimeoutMs).unref();
      else end();
    },
  };
};

export const lengthOf = (blocks: readonly Buffer[]): number => blocks.reduce((sum, { length }) => sum + length, 0);
