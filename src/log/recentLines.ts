import type { LogRecord } from '../vocabulary/logRecord.js';
import { parseRecord } from './parseRecord.js';
import { recordsIn } from './records.js';
import type { Origin } from './splice.js';

/** The last lines that workers have written. */
export interface RecentLines {
  readonly keep: (origin: Origin, block: Buffer, part?: number) => void;
  /** The last so many records, the oldest first. */
  readonly last: (count: number) => readonly LogRecord[];
}

interface Kept {
  readonly origin: Origin;
  readonly block: Buffer;
  readonly part: number | undefined;
  readonly arrived: number;
}

/**
 * Remembers so many bytes, and so many blocks of lines, whichever is less. The bytes are kept as they were read and parsed only when they are asked for, so that a flood of lines costs nothing more.
 * A block that is longer than all of it loses its first lines.
 */
export const recentLines = (maxBytes = 2 ** 18, maxBlocks = 2_000): RecentLines => {
  const blocks: Kept[] = [];
  let bytes = 0;
  return {
    keep: (origin, block, part) => {
      const fitting = block.length <= maxBytes ? block : lastLines(block, maxBytes);
      blocks.push({ origin, block: fitting, part, arrived: Date.now() });
      bytes += fitting.length;
      while (bytes > maxBytes || blocks.length > maxBlocks) bytes -= blocks.shift()?.block.length ?? 0;
    },
    last: (count) => {
      const found: LogRecord[] = [];
      for (const { origin, block, part, arrived } of blocks.toReversed()) {
        if (found.length >= count) break;
        const records = part === undefined ? [...recordsIn(block)] : [block];
        found.unshift(...records.map((record) => parseRecord(origin, record, part, arrived)));
      }
      return count === 0 ? [] : found.slice(-count);
    },
  };
};

/** Copied, because a part of it would keep all of it in memory. */
const lastLines = (block: Buffer, maxBytes: number): Buffer => {
  const from = block.length - maxBytes;
  return Buffer.from(block.subarray(block.indexOf('\n', from) + 1 || from));
};
