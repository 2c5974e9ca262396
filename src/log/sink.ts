import { atExit } from './atExit.js';
import { messageOf } from '../vocabulary/errors.js';
import { droppedLines } from './droppedLines.js';
import { interruptibleWait } from './interruptibleWait.js';
import { lineQueue } from './lineQueue.js';

/** What bytes are written to in the end. */
export interface Device {
  /** As it stands in errors and events. */
  readonly name: string;
  /** Whole lines; resolves with how many bytes have been written, 0 where there is no room just now. */
  readonly write: (blocks: readonly Buffer[]) => Promise<number>;
  /** Begins anew under the same name; if that fails the old one stays. `undefined`: what has failed has failed for good. */
  readonly reopen?: () => Promise<void>;
  /** Hears of what fails by itself, while nothing is written. */
  readonly onFailure?: (hear: (error: unknown) => void) => void;
  /** At the end of the process: what can still be written at once. `rest` is what waits, `all` that with what `write` has been given and has not answered. */
  readonly last?: (rest: readonly Buffer[], all: readonly Buffer[]) => void;
  readonly close: () => void;
}

/** What is to be known of a log that does not take all that it is given. */
export interface SinkReports {
  /** It cannot be written, or not be opened anew. Told once, until it has worked again, and not again and again. */
  readonly failed: (error: Error) => void;
  /** So many lines have been dropped since this was last told. */
  readonly dropped: (lines: number, total: number, why: string) => void;
}

/** Where lines go: they are taken at once and written later, in order. Nobody waits for it. A text here is bytes: its characters are Latin-1. */
export interface Sink {
  readonly write: (text: string, lines: number) => void;
  /** For what tells of the log's own troubles: it is not counted, or it would be told of, too. */
  readonly aside: (text: string) => unknown;
  readonly reopen: () => void;
  /** Writes what waits, for `farewell` ms at most, and lets go. */
  readonly close: () => void;
}

/** How much may wait, in bytes; beyond it lines are dropped. */
const room = 32 * 2 ** 20;
/** How much is written at once, in bytes. */
const portion = 2 ** 20;
/** Less is not written before it has waited for more, so long in ms: a write costs more than what is in it. */
const gathering = { bytes: 2 ** 18, ms: 5 };
/** How long the next attempt is waited for, in ms: where there was no room, and after a failure, then twice as long each time. */
const pause = { room: 10, failure: 100, longest: 5_000 };
/** How soon the same failure may be told again, in ms. */
const often = 5_000;
/** How long the end may take, in ms. */
const farewell = 2_000;

/** Lines for a device, which may be slow, or fail, or be gone: what waits is bounded, what is dropped is counted and told. */
export const sinkTo = (device: Device, complaints: SinkReports, limit = room): Sink => {
  const waiting = lineQueue(limit);
  const { rest, wake } = interruptibleWait();
  let [running, gathers, renew, broken, closing, over] = [false, false, false, false, false, false];
  let underWay = 0;
  /** What has gone wrong; `undefined` while it works. */
  let trouble: string | undefined;
  let last = { text: '', at: -Infinity };
  let patience = pause.failure;
  const lost = droppedLines((lines, total) =>
    complaints.dropped(lines, total, trouble ?? 'it does not take them fast enough'),
  );

  const fail = (thrown: unknown): void => {
    const text = messageOf(thrown);
    const isNew = trouble !== text && (last.text !== text || performance.now() - last.at >= often);
    trouble = text;
    if (!isNew) return;
    last = { text, at: performance.now() };
    complaints.failed(new Error(`log: ${device.name}: ${text}`, { cause: thrown }));
  };

  const works = (): void => {
    trouble = undefined;
    patience = pause.failure;
    if (waiting.bytes() < limit / 2) lost.tell();
  };

  const begin = async (): Promise<void> => {
    renew = false;
    try {
      await device.reopen?.();
    } catch (error) {
      // What is written to stays what it was.
      fail(error);
    }
  };

  const write = async (): Promise<void> => {
    const blocks = waiting.first(portion);
    underWay = lengthOf(blocks);
    const written = await device.write(blocks);
    underWay = 0;
    waiting.drop(written);
    if (written > 0) works();
    else await rest(pause.room);
  };

  const recover = async (): Promise<void> => {
    broken = false;
    if (device.reopen === undefined || closing) return end();
    await rest(patience);
    patience = Math.min(patience * 2, pause.longest);
    renew = true;
  };

  const step = async (): Promise<void> => {
    gathers = waiting.bytes() < gathering.bytes && !renew && !broken && !closing;
    if (gathers) await rest(gathering.ms);
    gathers = false;
    if (broken) await recover();
    if (renew) await begin();
    try {
      if (waiting.bytes() > 0) await write();
    } catch (error) {
      underWay = 0;
      fail(error);
      await recover();
    }
  };

  const hasWork = (): boolean => !over && (renew || broken || waiting.bytes() > 0);

  const run = async (): Promise<void> => {
    if (running) return;
    running = true;
    // One after the other: that is the order of the lines.
    // oxlint-disable-next-line no-await-in-loop
    while (hasWork()) await step();
    running = false;
    if (closing) end();
  };

  const end = (): void => {
    if (over) return;
    over = true;
    forget();
    wake();
    lost.tell();
    const left = waiting.bytes();
    if (left > 0) complaints.failed(new Error(`log: ${device.name}: ${left} bytes that waited are lost`));
    device.close();
  };

  const forget = atExit(() => device.last?.(waiting.after(underWay), waiting.after(0)));

  const add = (text: string): boolean => {
    if (over || !waiting.push(text)) return false;
    if (gathers && waiting.bytes() >= gathering.bytes) wake();
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
      if (!add(text)) lost.add(lines);
    },
    aside: add,
    reopen: () => {
      renew = true;
      wake();
      void run();
    },
    close: () => {
      closing = true;
      wake();
      if (running) setTimeout(end, farewell).unref();
      else end();
    },
  };
};

export const lengthOf = (blocks: readonly Buffer[]): number => blocks.reduce((sum, { length }) => sum + length, 0);
