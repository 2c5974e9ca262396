import type { Readable } from 'node:stream';
import type { FollowOutput, OutputReader } from '../host/workerOutputs.js';
import type { LogRecord } from '../vocabulary/logRecord.js';
import { cutAtNewlines } from './cutAtNewlines.js';
import { parseRecord } from './parseRecord.js';
import { recordsIn } from './records.js';
import type { Sink } from './sink.js';
import { type Block, type Origin, splice } from './splice.js';

/** Receives the workers' lines as parsed records. */
export interface RecordObserver {
  /** Whether there is a subscriber. Without one, no line is parsed. */
  readonly observed: boolean;
  readonly next: (record: LogRecord) => void;
  /** Is given the bytes of all lines, also without a subscriber, and must not change them. */
  readonly keep?: (origin: Origin, block: Buffer, part?: number) => void;
  /** Is told how many lines a worker has written, also without a subscriber. */
  readonly count?: (origin: Origin, lines: number) => void;
}

/** Formats the lines of one worker output. */
export type Style = (origin: Origin) => {
  readonly lines: (block: Buffer) => Block;
  readonly piece: (bytes: Buffer, part: number, last: boolean) => Block;
};

/** A longer line is written in pieces. */
const maxLineBytes = 2 ** 20;

/** Where the lines of each output are written. */
interface LineSinks {
  readonly stdout: Pick<Sink, 'write'>;
  readonly stderr: Pick<Sink, 'write'>;
}

/**
 * Reads stdout and stderr of workers continuously, so that no worker blocks on its own output. Lines go to the log, and as records to the observer if
 * that has a subscriber.
 */
export const readOutputs =
  (sinks: LineSinks, observer: RecordObserver, style: Style = splice): FollowOutput =>
  (worker, { stdout, stderr }) => {
    const readers = [
      stdout && read(stdout, { worker, output: 'stdout' }, sinks.stdout, observer, style),
      stderr && read(stderr, { worker, output: 'stderr' }, sinks.stderr, observer, style),
    ];
    return {
      rename: (renamed) => {
        for (const reader of readers) reader?.rename(renamed);
      },
      end: () => {
        for (const reader of readers) reader?.end();
      },
    };
  };

const read = (
  pipe: Readable,
  first: Origin,
  sink: Pick<Sink, 'write'>,
  observer: RecordObserver,
  style: Style,
): OutputReader => {
  let origin = first;
  let styled = style(origin);
  const write = ({ text, lines }: Block) => {
    sink.write(text, lines);
    observer.count?.(origin, lines);
  };
  const cut = cutAtNewlines(maxLineBytes, {
    lines: (block) => {
      write(styled.lines(block));
      observer.keep?.(origin, block);
      if (observer.observed) for (const record of recordsIn(block)) observer.next(parseRecord(origin, record));
    },
    piece: (bytes, part, last) => {
      write(styled.piece(bytes, part, last));
      observer.keep?.(origin, bytes, part);
      if (observer.observed) observer.next(parseRecord(origin, bytes, part));
    },
  });
  pipe.on('data', cut.push);
  pipe.on('end', cut.end);
  // The pipe broke. Everything before that has been read.
  pipe.on('error', () => {});
  return {
    rename: (worker) => {
      origin = { ...origin, worker };
      styled = style(origin);
    },
    end: () => {
      cut.end();
      // A descendant process of the worker may hold the pipe open; the master does not wait for it.
      if ('unref' in pipe && typeof pipe.unref === 'function') pipe.unref();
    },
  };
};
