import { closeSync, lstatSync, openSync, readSync } from 'node:fs';
import { rename, stat } from 'node:fs/promises';
import type { Rotation } from '../log.js';
import { firstCharacters } from './format.js';

/** The file with the older half of a recording. */
export const olderSegment = (path: string): string => `${path}.1`;

/** Moves the file to the older segment, which it replaces, before it is longer than `maxBytes`. */
export const segments = (path: string, maxBytes: number): Rotation => {
  let inode: number | undefined;
  return {
    begin: ({ ino }) => (inode = ino),
    isDue: (size, added) => size > 0 && size + added > maxBytes,
    moveAside: async () => {
      // Another process that records to the same path may have moved it.
      if ((await inodeOf(path)) === inode) await rename(path, olderSegment(path));
      return true;
    },
  };
};

const inodeOf = async (path: string): Promise<number | undefined> => {
  try {
    return (await stat(path)).ino;
  } catch {
    return undefined;
  }
};

/** Throws if the path leads to something that would be harmed, or could not be bounded: all but a recording, an empty file and a path that does not exist. */
export const refuseOther = (path: string): void => {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return;
  if (stats.isSymbolicLink())
    throw new Error('it is a symbolic link, and those are not followed. Name the file itself');
  if (!stats.isFile()) throw new Error('it is not a regular file');
  if (stats.size > 0 && !isRecording(path))
    throw new Error('it exists and is no recording, and is left as it is. Name another file');
};

const isRecording = (path: string): boolean => {
  const fd = openSync(path, 'r');
  try {
    const begin = Buffer.alloc(firstCharacters.length);
    readSync(fd, begin, 0, begin.length, 0);
    return begin.toString('latin1') === firstCharacters;
  } finally {
    closeSync(fd);
  }
};
