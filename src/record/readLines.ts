import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { maxLineLength } from './format.js';
import { RecordingError } from './recordingError.js';
import { olderSegment } from './segments.js';

/** A line of a recording. */
export interface Line {
  readonly path: string;
  /** From 1. */
  readonly number: number;
  readonly text: string;
  /** Whether it ends with a newline. Of the last line of a writer that was killed this may be missing. */
  readonly ended: boolean;
}

/** How much of a file is read at a time. */
const chunkBytes = 2 ** 16;

/** The lines of both files of a recording, the older one first. Reads what is asked for, a chunk at a time. Throws `RecordingError` if neither can be read. */
export function* readLines(path: string): Generator<Line, void, undefined> {
  const files = openBoth(path);
  try {
    for (const { path, fd } of files) yield* linesOf(path, fd);
  } finally {
    for (const { fd } of files) closeSync(fd);
  }
}

interface OpenFile {
  readonly path: string;
  readonly fd: number;
}

/** Both are opened before one is read: the recorder may move a file meanwhile, which stays open. */
const openBoth = (path: string): readonly OpenFile[] => {
  const current = attempt(() => openFile(path));
  const older = attempt(() => openFile(olderSegment(path)));
  // The older one is optional.
  if (older instanceof Error) {
    if (!(current instanceof Error)) return [current];
    throw new RecordingError('unreadable', { path, events: 0 }, whyUnreadable(current), { cause: current });
  }
  // The recorder was killed before it could begin the new file, or it has moved this file just now.
  if (current instanceof Error) return [older];
  if (fstatSync(current.fd).ino !== fstatSync(older.fd).ino) return [older, current];
  closeSync(older.fd);
  return [current];
};

const openFile = (path: string): OpenFile => {
  // Opening a FIFO does not wait for a writer.
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  if (fstatSync(fd).isFile()) return { path, fd };
  closeSync(fd);
  throw new Error('it is not a regular file');
};

const whyUnreadable = (error: NodeJS.ErrnoException): string => {
  if (error.code === 'ENOENT') return 'there is no such file';
  if (error.code === 'EACCES') return 'this user has no permission to read it. A recording has the mode 0600';
  return `cannot be read: ${error.message}`;
};

const attempt = <T>(act: () => T): T | Error => {
  try {
    return act();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
};

/** A line that is too long is cut. */
function* linesOf(path: string, fd: number): Generator<Line, void, undefined> {
  const chunk = Buffer.alloc(chunkBytes);
  let begun = '';
  let number = 1;
  const append = (text: string) => (begun = `${begun}${text}`.slice(0, maxLineLength + 1));
  for (let read = readSync(fd, chunk); read > 0; read = readSync(fd, chunk)) {
    const [first = '', ...others] = chunk.toString('latin1', 0, read).split('\n');
    append(first);
    for (const next of others) {
      yield { path, number, text: begun, ended: true };
      begun = next;
      number += 1;
    }
  }
  if (begun !== '') yield { path, number, text: begun, ended: false };
}
