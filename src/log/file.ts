import {
  close,
  closeSync,
  constants,
  fstat,
  fstatSync,
  mkdir,
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
import type { Rotation } from './rotation.js';
import { type Device, lengthOf } from './sink.js';

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/** The group may read it, for who ships logs; the umask may forbid that. */
const mode = 0o640;
/** How often it is looked after whether the file is still the one at its path, in ms. */
const often = 1_000;

const later = {
  open: promisify(open),
  fstat: promisify(fstat),
  stat: promisify(stat),
  mkdir: promisify(mkdir),
};

/**
 * A file that is appended to, and begun anew when it is to be rotated, on `reopen`, and when somebody has taken it, or its folder, away. A write
 * that is cut short, by a full disk, goes on where it was, or in a new file with a whole line: no line is torn. `lost` is called when the file had been removed and not only moved: what was written since is lost
 * with it. Throws what keeps it from being opened.
 */
export const file = (path: string, rotation?: Rotation, lost: () => void = () => {}): Device => {
  let fd = openSync(path, flags(statSync(dirname(path))), mode);
  try {
    refuseForeign(path, fstatSync(fd), statSync(dirname(path)));
  } catch (error) {
    close(fd);
    throw error;
  }
  let { size, ino } = fstatSync(fd);
  /** So many bytes of the next line are in it already: there was no room for the rest. */
  let begun = 0;
  /** An earlier process could not end its last line. */
  let isTorn = endsInLine(path, fstatSync(fd));
  let isWriting = false;
  let looked = performance.now();
  rotation?.begin(fstatSync(fd));

  const reopen = async (): Promise<void> => {
    const folder = dirname(path);
    await later.mkdir(folder, { recursive: true });
    const around = await later.stat(folder);
    const next = await later.open(path, flags(around), mode);
    const there = await later.fstat(next);
    try {
      refuseForeign(path, there, around);
    } catch (error) {
      close(next);
      throw error;
    }
    // The old one has taken all that it was given. A line that was only begun in it is whole in the new one.
    close(fd);
    fd = next;
    // Another one, or somebody has emptied it to make room.
    const isEmptied = there.isFile() && there.size < size;
    if (there.ino !== ino || isEmptied) [begun, isTorn] = [0, false];
    ({ size, ino } = there);
    rotation?.begin(there);
  };

  /** Of a file that has been removed nobody would ever read what is written to it. */
  const look = async (): Promise<void> => {
    looked = performance.now();
    const there = await later.stat(path).catch(() => undefined);
    if (there?.ino === ino) return;
    const { nlink } = await later.fstat(fd);
    await reopen();
    if (nlink === 0) lost();
  };

  return {
    name: path,
    write: async (blocks) => {
      if (performance.now() - looked >= often) await look();
      if (begun === 0 && rotation?.isDue(size, lengthOf(blocks)) && (await rotation.away())) await reopen();
      if (isTorn) isTorn = (await append(fd, [newline])) === 0;
      for (;;) {
        isWriting = true;
        // One after the other: they are parts of a line.
        // oxlint-disable-next-line no-await-in-loop
        const more = await append(fd, without(begun, blocks)).finally(() => (isWriting = false));
        size += more;
        const whole = wholeLines(blocks, begun + more);
        begun += more - whole;
        if (whole > 0 || more === 0) return whole;
      }
    },
    reopen,
    // What the system has been given is written also when the process ends.
    last: (rest, all) => writeNow(fd, isWriting ? rest : without(begun, all)),
    close: () => close(fd),
  };
};

/** What this process was given as its stdout, if that is a file: nobody can begin it anew, but there may be room in it again. */
export const descriptor = (fd: number, name: string): Device => ({
  name,
  write: (blocks) => append(fd, blocks),
  reopen: () => Promise.resolve(),
  last: (blocks) => writeNow(fd, blocks),
  close: () => {},
});

const newline = Buffer.from('\n');

const endsInLine = (path: string, there: Stats): boolean => {
  if (!there.isFile() || there.size === 0) return false;
  try {
    const reader = openSync(path, O_RDONLY | O_NONBLOCK);
    const end = Buffer.alloc(1);
    try {
      readSync(reader, end, 0, 1, there.size - 1);
    } finally {
      closeSync(reader);
    }
    return !end.equals(newline);
  } catch {
    // It may be ours to write, and not to read.
    return false;
  }
};

const without = (bytes: number, blocks: readonly Buffer[]): readonly Buffer[] =>
  bytes === 0 ? blocks : [Buffer.concat(blocks).subarray(bytes)];

/** How many of the first so many bytes are whole lines. */
const wholeLines = (blocks: readonly Buffer[], bytes: number): number =>
  bytes === lengthOf(blocks) ? bytes : Buffer.concat(blocks, bytes).lastIndexOf(newline) + 1;

const append = (fd: number, blocks: readonly Buffer[]): Promise<number> =>
  new Promise((resolve, reject) => {
    writev(fd, blocks, (error, written) => {
      if (error === null) resolve(written);
      // A FIFO whose reader is slow.
      else if (error.code === 'EAGAIN') resolve(0);
      else reject(error);
    });
  });

const writeNow = (fd: number, blocks: readonly Buffer[]): void => {
  try {
    for (const block of blocks) writeSync(fd, block);
  } catch {
    // The process ends; there is nobody left to tell.
  }
};

/** Not to wait for who reads a FIFO; and in a folder where others may write, a link may lead anywhere. */
const flags = (folder: Stats): number =>
  O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | (isOpenToOthers(folder) ? O_NOFOLLOW : 0);

const refuseForeign = (path: string, there: Stats, folder: Stats): void => {
  if (there.isDirectory()) throw new Error(`${basename(path)} is a folder`);
  if (!isOpenToOthers(folder) || there.uid === process.geteuid?.()) return;
  throw new Error('it belongs to another user, and others may write to its folder');
};

const isOpenToOthers = ({ mode }: Stats): boolean => (mode & 0o022) !== 0;
