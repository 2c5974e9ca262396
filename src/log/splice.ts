import { isUtf8 } from 'node:buffer';
import type { WorkerRef } from '../vocabulary/events.js';

/** Where a line came from. */
export interface Origin {
  readonly worker: WorkerRef;
  readonly output: 'stdout' | 'stderr';
}

/** Lines that can be written as they are. The text is bytes: its characters are Latin-1, which V8 cuts and joins fastest. */
export interface Block {
  readonly text: string;
  readonly lines: number;
}

/** pino's numbers. */
const usual = { stdout: 30, stderr: 50 } as const;

/** How the JSON of an object begins, and how pino begins a line: the first bytes of it. */
const object = Buffer.from('{"');
const pinos = Buffer.from('{"level":');
const close = 0x7d;

/**
 * Makes records of lines. One that begins as pino writes it and ends with `}` is taken for JSON and gets `worker` as its first field, unparsed. Any other that begins with `{"` is tried: if it is
 * JSON it gets the same, and is a record that says `malformed` if not. What is left becomes `{ level, time, worker, msg }`. `malformed` also says of a record that it was not UTF-8.
 */
export const splice = (origin: Origin): { readonly lines: (block: Buffer) => Block; readonly piece: typeof piece } => {
  const worker = `"worker":${JSON.stringify(origin.worker)},`;
  // What we add is ASCII but for the name of the cluster; the lines stay bytes.
  const prefix = `{${bytesOf(worker)}`;

  const record = (text: string, more: string): string =>
    bytesOf(`{"level":${usual[origin.output]},"time":${Date.now()},${worker}${more}"msg":${JSON.stringify(text)}}\n`);

  const odd = (line: Buffer, valid: boolean): string => {
    const text = line.toString('utf8');
    const mayBeJson = beginsWith(object, line, 0);
    if (valid) return record(text, mayBeJson ? '"malformed":"JSON",' : '');
    // With its broken characters replaced it may be the JSON that it was meant to be.
    return mayBeJson && isJson(text)
      ? `${prefix}"malformed":"UTF-8",${bytesOf(text.slice(1))}\n`
      : record(text, '"malformed":"UTF-8",');
  };

  const lines = (block: Buffer): Block => {
    const valid = isUtf8(block);
    const text = block.toString('latin1');
    /** JSON is JSON also where each byte of a character is taken for one. */
    const passes = (at: number, end: number): boolean =>
      (beginsWith(pinos, block, at) && block[end - 1] === close) || isJson(text.slice(at, end));
    let out = '';
    let count = 0;
    for (let at = 0; at < block.length; count += 1) {
      const end = text.indexOf('\n', at);
      if (beginsWith(object, block, at) && (valid || isUtf8(block.subarray(at, end))) && passes(at, end)) {
        out += prefix;
        out += text.slice(at + 1, end + 1);
      } else {
        const line = withoutReturn(block.subarray(at, end));
        out += odd(line, valid || isUtf8(line));
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

const withoutReturn = (line: Buffer): Buffer => (line.at(-1) === 0x0d ? line.subarray(0, -1) : line);

const bytesOf = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};
