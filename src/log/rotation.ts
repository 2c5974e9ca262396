import { createReadStream, createWriteStream, existsSync, type Stats } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { type Bytes, toBytes } from '../vocabulary/bytes.js';

/** When a log file is renamed and a new one started, and what happens to the rotated files. */
export interface LogRotation {
  /** Rotates before the file exceeds this size: bytes, or a text such as `'100M'` with K, M or G. A single write larger than that still goes to one file. Default: never. */
  readonly size?: Bytes | undefined;
  /** Rotates with the first line of each hour or day in local time, or of each period of this many ms since 1970. Default: never. */
  readonly every?: 'hour' | 'day' | number | undefined;
  /** How many rotated files are kept. Default: 10. */
  readonly keep?: number | undefined;
  /** Whether rotated files are compressed with gzip. Default: false. */
  readonly compress?: boolean | undefined;
}

export interface Rotation {
  /** A file has been opened; it is written to from now on. */
  readonly begin: (there: Stats) => void;
  /** Whether the file has to be rotated before `added` bytes are appended to its `size` bytes. */
  readonly isDue: (size: number, added: number) => boolean;
  /** Renames the file with the current time. `false`: it could not be renamed; it is tried again after a minute. */
  readonly moveAside: () => Promise<boolean>;
}

/** After a failed rotation the next attempt is made after this time. */
const retryDelayMs = 60_000;
/** When the system clock was set back, rotation is at most this late. */
const clockToleranceMs = 60_000;

/** Decides when the file at `path` is rotated, and renames, compresses and removes. `failed` is called with errors of that; they do not stop the writing. */
export const rotate = (
  path: string,
  { size = Infinity, every = Infinity, keep = 10, compress = false }: LogRotation,
  failed: (error: unknown) => void,
): Rotation => {
  const maxBytes = toBytes(size);
  let dueAt = Infinity;
  let dueAtMonotonic = Infinity;
  let nextAttemptAt = -Infinity;
  // One after the other, so that a file that is being compressed is not counted twice.
  let cleaning = Promise.resolve();

  const cleanUp = async (old: string): Promise<void> => {
    try {
      await Promise.all((await filesToRemove(path, keep)).map((name) => rm(name, { force: true })));
      // With many files waiting for compression, this one may have been removed meanwhile.
      if (compress && existsSync(old)) await gzip(old);
    } catch (error) {
      failed(error);
    }
  };

  return {
    begin: ({ size, mtimeMs }) => {
      const now = Date.now();
      // A file of an earlier process belongs to the period in which it was last written.
      dueAt = endOfSpan(new Date(size > 0 ? Math.min(mtimeMs, now) : now), every);
      // In case the system clock is set back.
      dueAtMonotonic = performance.now() + (dueAt - now) + clockToleranceMs;
    },
    isDue: (size, added) => {
      const now = performance.now();
      if (now < nextAttemptAt) return false;
      return (size > 0 && size + added > maxBytes) || Date.now() >= dueAt || now >= dueAtMonotonic;
    },
    moveAside: async () => {
      let old = path;
      try {
        old = await unusedName(path);
        await rename(path, old);
      } catch (error) {
        // Another program has moved or removed it.
        if (isMissing(error)) return true;
        nextAttemptAt = performance.now() + retryDelayMs;
        failed(error);
        return false;
      }
      cleaning = cleaning.then(() => cleanUp(old));
      return true;
    },
  };
};

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** A name such as `shop.log.20261125T230102123Z`. The time is later than that of every rotated file, so that names sort by age even after the clock was set back. */
const unusedName = async (path: string): Promise<string> => {
  const times = (await suffixesOf(path)).map(timeOf).filter((time) => !Number.isNaN(time));
  const now = new Date(Math.max(Date.now(), ...times.map((time) => time + 1)));
  return `${path}.${now.toISOString().replaceAll(/[-:.]/g, '')}`;
};

const filesToRemove = async (path: string, keep: number): Promise<readonly string[]> => {
  const suffixes = await suffixesOf(path);
  const old = suffixes.filter(isOld).toSorted();
  // Left by a process that exited while it compressed.
  const partialFiles = suffixes.filter(
    (suffix) => suffix.endsWith(partialSuffix) && isOld(suffix.slice(0, -partialSuffix.length)),
  );
  return [...old.slice(0, Math.max(0, old.length - keep)), ...partialFiles].map((suffix) => `${path}.${suffix}`);
};

const suffixesOf = async (path: string): Promise<readonly string[]> => {
  const begins = `${basename(path)}.`;
  const names = await readdir(dirname(path));
  return names.filter((name) => name.startsWith(begins)).map((name) => name.slice(begins.length));
};

const isOld = (suffix: string): boolean => /^\d{8}T\d{9}Z(\.gz)?$/.test(suffix);

/** The time in the suffix of a rotated file, in ms since 1970; `NaN` for any other file. */
const timeOf = (suffix: string): number =>
  Date.parse(suffix.replace(/^(\d{4})(..)(..)T(..)(..)(..)(...)Z.*$/, '$1-$2-$3T$4:$5:$6.$7Z'));

const partialSuffix = '.draft';

/** Compresses a file. The result has a partial name until it is complete. What it needs is loaded then, so that a start does not. */
const gzip = async (path: string): Promise<void> => {
  const to = `${path}${partialSuffix}`;
  const { pipeline } = process.getBuiltinModule('node:stream/promises');
  const { createGzip } = process.getBuiltinModule('node:zlib');
  try {
    await pipeline(createReadStream(path), createGzip(), createWriteStream(to, { flags: 'wx', mode: 0o640 }));
    await rename(to, `${path}.gz`);
    await rm(path, { force: true });
  } catch (error) {
    await rm(to, { force: true });
    throw error;
  }
};

const endOfSpan = (since: Date, every: NonNullable<LogRotation['every']>): number => {
  const [year, month, day] = [since.getFullYear(), since.getMonth(), since.getDate()] as const;
  if (every === 'day') return new Date(year, month, day + 1).getTime();
  if (every === 'hour') return new Date(year, month, day, since.getHours() + 1).getTime();
  return (Math.floor(since.getTime() / every) + 1) * every;
};
