import type { Readable } from 'node:stream';
import type { FollowOutput } from '../host/workerOutputs.js';
import type { LogRecord } from '../vocabulary/logRecord.js';
import { cutAtNewlines } from './cutAtNewlines.js';
import { parseRecord } from './parseRecord.js';
import type { Sink } from './sink.js';
import { type Block, type Origin, splice } from './splice.js';

/** Who wants the records themselves. */
export interface RecordObserver {
  /** Whether anybody listens: for nobody no line is parsed. */
  readonly observed: boolean;
  readonly next: (record: LogRecord) => void;
}

/** How a line is written. */
export type Style = (origin: Origin) => {
  readonly lines: (block: Buffer) => Block;
  readonly piece: (bytes: Buffer, part: number, last: boolean) => Block;
};

/** A longer line is written in pieces, in bytes. */
const longest = 2 ** 20;

/**
 * Reads what workers write, always and at once, so that no worker waits for its own output, and hands it on: to the log as lines, to an audience, if there is
 * one, as records.
 */
export const readOutputs =
  (sink: Pick<Sink, 'write'>, audience: RecordObserver, style: Style = splice): FollowOutput =>
  (worker, { stdout, stderr }) => {
    const ends = [
      stdout && read(stdout, { worker, output: 'stdout' }, sink, audience, style),
      stderr && read(stderr, { worker, output: 'stderr' }, sink, audience, style),
    ];
    return () => {
      for (const end of ends) end?.();
    };
  };

const read = (
  pipe: Readable,
  origin: Origin,
  sink: Pick<Sink, 'write'>,
  audience: RecordObserver,
  style: Style,
): (() => void) => {
  const styled = style(origin);
  const write = ({ text, lines }: Block) => sink.write(text, lines);
  const cut = cutAtNewlines(longest, {
    lines: (block) => {
      write(styled.lines(block));
      if (audience.observed) for (const line of eachLine(block)) audience.next(parseRecord(origin, line));
    },
    piece: (bytes, part, last) => {
      write(styled.piece(bytes, part, last));
      if (audience.observed) audience.next(parseRecord(origin, bytes, part));
    },
  });
  pipe.on('data', cut.push);
  pipe.on('end', cut.end);
  // It has broken: what came before has been read.
  pipe.on('error', () => {});
  return () => {
    cut.end();
    // What the worker has started, and left behind, may hold it open; nobody waits for that.
    if ('unref' in pipe && typeof pipe.unref === 'function') pipe.unref();
  };
};

function* eachLine(block: Buffer): Iterable<Buffer> {
  for (let at = 0; at < block.length;) {
    const end = block.indexOf('\n', at);
    yield block.subarray(at, end);
    at = end + 1;
  }
}
