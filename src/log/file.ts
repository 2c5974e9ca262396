import {
  close,
  closeSync,
  constants,
  fstat,
  fstatSync,
  open,
  openSync,
  readSync,
  type Stats,
  stat,
  statSync,
  writev,
  writeSync,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import { promisify } from 'node:util';
import { createFolder, createFolderInBackground } from './createFolder.js';
import type { Rotation } from './rotation.js';
import { type Device, lengthOf } from './sink.js';

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

export interface FileOptions {
  readonly rotation?: Rotation;
  /** Called when the file was removed instead of moved: the lines written since the last check are lost with it. */
  readonly onLinesLost?: () => void;
  /** Permissions of a new file; the umask applies. Default: 0640, the group may read it, for log shippers. */
  readonly mode?: number;
  /** Lines to write before all others whenever a file has been opened. `unfinished`: it ended inside a line, which has been ended. */
  readonly heading?: (unfinished: boolean) => string;
}

/** Before a write, the path is checked at most once in this time: it may have been moved or removed. */
const pathCheckIntervalMs = 1_000;

const promises = {
  open: promisify(open),
  fstat: promisify(fstat),
  stat: promisify(stat),
};

/**
 * A device that appends to a file. It opens a new file at its path when rotation is due, on `reopen`, and when the file or its folder has been moved or removed.
 * A write that is cut short, for example by a full disk, continues at the same byte, or starts with the whole line in a new file: no line is torn.
 * Throws if the file cannot be opened.
 */
export const file = (
  path: string,
  { rotation, onLinesLost = () => {}, mode = 0o640, heading = () => '' }: FileOptions = {},
): Device => {
  const beginningOf = (unfinished: boolean): Buffer => Buffer.from(`${unfinished ? '\n' : ''}${heading(unfinished)}`);
  createFolder(dirname(path));
  let fd = openSync(path, flags(statSync(dirname(path))), mode);
  try {
    refuseForeign(path, fstatSync(fd), statSync(dirname(path)));
  } catch (error) {
    closeQuietly(fd);
    throw error;
  }
  let { size, ino } = fstatSync(fd);
  /** A device such as `/dev/null` or a FIFO is never moved aside. */
  let isRotated = fstatSync(fd).isFile();
  /** How many bytes of the next line are in the file already: there was no room for the rest. */
  let unfinishedBytes = 0;
  /** What is written before the next line: the end of a line that an earlier process could not finish, and the heading. */
  let beginning = beginningOf(hasUnfinishedLine(path, fstatSync(fd)));
  let isWriting = false;
  let lastPathCheck = performance.now();
  rotation?.begin(fstatSync(fd));

  const reopen = async (): Promise<void> => {
    const folder = dirname(path);
    await createFolderInBackground(folder);
    const folderStats = await promises.stat(folder);
    const next = await promises.open(path, flags(folderStats), mode);
    const fileStats = await promises.fstat(next);
    try {
      refuseForeign(path, fileStats, folderStats);
    } catch (error) {
      closeQuietly(next);
      throw error;
    }
    // No write to the old file is in progress. A line that was written in part is written whole to the new file.
    closeQuietly(fd);
    fd = next;
    // It is another file, or the file has been truncated to free space.
    const isEmptied = fileStats.isFile() && fileStats.size < size;
    if (fileStats.ino !== ino || isEmptied) [unfinishedBytes, beginning] = [0, beginningOf(false)];
    ({ size, ino } = fileStats);
    isRotated = fileStats.isFile();
    rotation?.begin(fileStats);
  };

  /** Reopens if the path no longer leads to the open file: lines written to a removed file are lost. */
  const checkPath = async (): Promise<void> => {
    lastPathCheck = performance.now();
    const fileStats = await promises.stat(path).catch(() => undefined);
    if (fileStats?.ino === ino) return;
    const { nlink } = await promises.fstat(fd);
    await reopen();
    if (nlink === 0) onLinesLost();
  };

  const writeBeginning = async (): Promise<void> => {
    const written = await append(fd, [beginning]);
    size += written;
    beginning = beginning.subarray(written);
  };

  return {
    name: path,
    write: async (blocks) => {
      if (performance.now() - lastPathCheck >= pathCheckIntervalMs) await checkPath();
      const isDue = isRotated && unfinishedBytes === 0 && rotation?.isDue(size, lengthOf(blocks)) === true;
      if (isDue && (await rotation.moveAside())) await reopen();
      if (beginning.length > 0) await writeBeginning();
      if (beginning.length > 0) return 0;
      for (;;) {
        isWriting = true;
        // One after the other, because these are parts of one line.
        // oxlint-disable-next-line no-await-in-loop
        const written = await append(fd, without(unfinishedBytes, blocks)).finally(() => (isWriting = false));
        size += written;
        const whole = wholeLines(blocks, unfinishedBytes + written);
        unfinishedBytes += written - whole;
        if (whole > 0 || written === 0) return whole;
      }
    },
    reopen,
    // A write in progress completes even when the process ends.
    flushAtExit: (queued, all) => {
      if (isWriting) writeNow(fd, queued);
      else if (lengthOf(all) > 0) writeNow(fd, [beginning, ...without(unfinishedBytes, all)]);
    },
    close: () => closeQuietly(fd),
  };
};

/** A device for an inherited file descriptor, such as stdout redirected to a file. It cannot be replaced by a new file, but a failed write can be repeated: there may be space again. */
export const descriptor = (fd: number, name: string): Device => ({
  name,
  write: (blocks) => append(fd, blocks),
  reopen: () => Promise.resolve(),
  flushAtExit: (blocks) => writeNow(fd, blocks),
  close: () => {},
});

/** Without a callback, Node throws what goes wrong where nobody can catch it: a network file system may say only then that there is no space. */
const closeQuietly = (fd: number): void => close(fd, () => {});

const newline = Buffer.from('\n');

const hasUnfinishedLine = (path: string, fileStats: Stats): boolean => {
  if (!fileStats.isFile() || fileStats.size === 0) return false;
  try {
    const reader = openSync(path, O_RDONLY | O_NONBLOCK);
    const end = Buffer.alloc(1);
    try {
      readSync(reader, end, 0, 1, fileStats.size - 1);
    } finally {
      closeSync(reader);
    }
    return !end.equals(newline);
  } catch {
    // This user may be allowed to write the file and not to read it.
    return false;
  }
};

const without = (bytes: number, blocks: readonly Buffer[]): readonly Buffer[] =>
  bytes === 0 ? blocks : [Buffer.concat(blocks).subarray(bytes)];

/** How many of the first `bytes` bytes belong to whole lines. */
const wholeLines = (blocks: readonly Buffer[], bytes: number): number =>
  bytes === lengthOf(blocks) ? bytes : Buffer.concat(blocks, bytes).lastIndexOf(newline) + 1;

const append = (fd: number, blocks: readonly Buffer[]): Promise<number> =>
  new Promise((resolve, reject) => {
    writev(fd, blocks, (error, written) => {
      if (error === null) resolve(written);
      // A FIFO whose reader is slow has no room now.
      else if (error.code === 'EAGAIN') resolve(0);
      else reject(error);
    });
  });

const writeNow = (fd: number, blocks: readonly Buffer[]): void => {
  try {
    for (const block of blocks) writeSync(fd, block);
  } catch {
    // The process is exiting, so the error cannot be reported.
  }
};

/** O_NONBLOCK: opening a FIFO does not wait for a reader. O_NOFOLLOW: where other users may write to the folder, a symbolic link could lead anywhere. */
const flags = (folder: Stats): number =>
  O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | (isOpenToOthers(folder) ? O_NOFOLLOW : 0);

const refuseForeign = (path: string, fileStats: Stats, folder: Stats): void => {
  if (fileStats.isDirectory()) throw new Error(`${basename(path)} is a folder`);
  if (!isOpenToOthers(folder) || fileStats.uid === process.geteuid?.()) return;
  throw new Error('it belongs to another user, and other users may write to its folder');
};

const isOpenToOthers = ({ mode }: Stats): boolean => (mode & 0o022) !== 0;
