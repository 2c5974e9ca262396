import { isUtf8 } from 'node:buffer';
import type { WorkerRef } from '../vocabulary/events.js';
import { endOfRecord } from './endOfRecord.js';

/** The worker and the output that a line came from. */
export interface Origin {
  readonly worker: WorkerRef;
  readonly output: 'stdout' | 'stderr';
}

/** Formatted lines. Each character of the text is one byte (Latin-1), which V8 slices and joins fastest. */
export interface Block {
  readonly text: string;
  readonly lines: number;
}

/** The level of a line that has none: pino's info and error. */
const defaultLevel = { stdout: 30, stderr: 50 } as const;

/** The first bytes of a JSON object, and of a line written by pino. */
const objectStart = Buffer.from('{"');
const pinoStart = Buffer.from('{"level":');
const closingBrace = 0x7d;

/**
 * Turns lines into log records. A line that begins like pino's and ends with `}` is assumed to be JSON and gets `worker` as its first field without being parsed, unless it may have a field `worker` itself. Any other line that begins with `{"` is parsed:
 * if it is JSON it gets `worker` as well, otherwise it becomes a record with `malformed`. Every other line becomes `{ level, time, worker, msg }`, one record for a stack whose lines are in one block. `malformed` also marks a line that was not UTF-8.
 */
export const splice = (origin: Origin): { readonly lines: (block: Buffer) => Block; readonly piece: typeof piece } => {
  const worker = `"worker":${JSON.stringify(origin.worker)},`;
  // The cluster's name in the prefix may contain non-ASCII characters, so the prefix is converted to bytes like the lines.
  const workerBytes = bytesOf(worker);
  const prefix = `{${workerBytes}`;

  /** The rest of a JSON line behind the prefix. A `worker` of its own would hide the one of the prefix from readers that take the last of two, as `JSON.parse` does, so that one is at the end once more. */
  const rest = (line: string): string => {
    if (!mayHaveOwnWorker(line) || !hasOwnWorker(line)) return line.slice(1);
    const end = line.lastIndexOf('}');
    return `${line.slice(1, end)},${workerBytes.slice(0, -1)}${line.slice(end)}`;
  };

  const record = (text: string, extraFields: string): string =>
    bytesOf(
      `{"level":${defaultLevel[origin.output]},"time":${Date.now()},${worker}${extraFields}"msg":${JSON.stringify(text)}}\n`,
    );

  const reformat = (line: Buffer, valid: boolean): string => {
    const text = withoutReturns(line.toString('utf8'));
    const mayBeJson = beginsWith(objectStart, line, 0);
    if (valid) return record(text, mayBeJson ? '"malformed":"JSON",' : '');
    // It may be JSON once the invalid bytes are replaced.
    return mayBeJson && isJson(text)
      ? `${prefix}"malformed":"UTF-8",${rest(bytesOf(text))}\n`
      : record(text, '"malformed":"UTF-8",');
  };

  const lines = (block: Buffer): Block => {
    const valid = isUtf8(block);
    const text = block.toString('latin1');
    // Once for the block: that costs less than for each line, and in most blocks there is none.
    const isSuspect = mayHaveOwnWorker(text);
    /** Whether the line is JSON; that does not depend on reading UTF-8 bytes as single characters. */
    const isRecord = (at: number, end: number): boolean =>
      (beginsWith(pinoStart, block, at) && block[end - 1] === closingBrace) || isJson(text.slice(at, end));
    let out = '';
    let count = 0;
    for (let at = 0; at < block.length; count += 1) {
      let end = text.indexOf('\n', at);
      if (beginsWith(objectStart, block, at) && (valid || isUtf8(block.subarray(at, end))) && isRecord(at, end)) {
        out += prefix;
        out += isSuspect ? `${rest(text.slice(at, end))}\n` : text.slice(at + 1, end + 1);
      } else {
        end = endOfRecord(block, at, end);
        const line = block.subarray(at, end);
        out += reformat(line, valid || isUtf8(line));
      }
      at = end + 1;
    }
    return { text: out, lines: count };
  };

  const piece = (bytes: Buffer, part: number, last: boolean): Block => {
    const malformed = isUtf8(bytes) ? '' : '"malformed":"UTF-8",';
    const text = record(bytes.toString('utf8'), `${malformed}"part":${part},"last":${last},`);
    return { text, lines: 1 };
  };

  return { lines, piece };
};

const beginsWith = (bytes: Buffer, block: Buffer, at: number): boolean => {
  for (let i = 0; i < bytes.length; i += 1) if (block[at + i] !== bytes[i]) return false;
  return true;
};

/** Without the carriage returns at the ends of its lines. */
export const withoutReturns = (text: string): string =>
  text.includes('\r') ? text.replaceAll(/\r(?=\n|$)/g, '') : text;

const bytesOf = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

/** Whether a line could have a field `worker`; its name may be written with escapes. */
const mayHaveOwnWorker = (text: string): boolean => text.includes('"worker"') || text.includes(String.raw`\u`);

const hasOwnWorker = (line: string): boolean => {
  try {
    return Object.hasOwn(JSON.parse(line), 'worker');
  } catch {
    return false;
  }
};

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};
