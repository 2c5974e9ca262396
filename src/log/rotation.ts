import { createReadStream, createWriteStream, existsSync, type Stats } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** When a log file is put aside and a new one begun, and what becomes of the old ones. */
export interface Rotate {
  /** Before it is larger than so many bytes; `'100M'` and the like, in K, M or G. A file is one write larger if that alone is too large. Default: never. */
  readonly size?: number | `${number}${'K' | 'M' | 'G'}`;
  /** With the first line of each hour or day, by the local clock, or of each span of so many ms since 1970. Default: never. */
  readonly every?: 'hour' | 'day' | number;
  /** How many old files are kept. Default: 10. */
  readonly keep?: number;
  /** Whether old files are compressed, with gzip. Default: false. */
  readonly compress?: boolean;
}

export interface Rotation {
  /** This file is written to from now on. */
  readonly begin: (there: Stats) => void;
  readonly isDue: (size: number, more: number) => boolean;
  /** Gives the file a name of the past. False: that could not be done, and it is tried again after a minute. */
  readonly away: () => Promise<boolean>;
}

/** How long it is left alone after it could not be rotated, in ms. */
const respite = 60_000;
/** A clock that is set back by less than this is waited for, in ms. */
const slack = 60_000;

/** `failed` is told what could not be compressed or removed: that keeps nobody from writing on. */
export const rotate = (
  path: string,
  { size = Infinity, every = Infinity, keep = 10, compress = false }: Rotate,
  failed: (error: unknown) => void,
): Rotation => {
  const limit = bytes(size);
  let next = Infinity;
  let latest = Infinity;
  let notBefore = -Infinity;
  // One after the other: what is compressed is not counted twice.
  let tidying = Promise.resolve();

  const tidy = async (old: string): Promise<void> => {
    try {
      await Promise.all((await outdated(path, keep)).map((name) => rm(name, { force: true })));
      // Where many wait to be compressed it may have become too old by now.
      if (compress && existsSync(old)) await gzip(old);
    } catch (error) {
      failed(error);
    }
  };

  return {
    begin: ({ size, mtimeMs }) => {
      const now = Date.now();
      // A file that an earlier process has left belongs to the time in which it was last written.
      next = endOfSpan(new Date(size > 0 ? Math.min(mtimeMs, now) : now), every);
      // The clock may be set back.
      latest = performance.now() + (next - now) + slack;
    },
    isDue: (size, more) => {
      const now = performance.now();
      if (now < notBefore) return false;
      return (size > 0 && size + more > limit) || Date.now() >= next || now >= latest;
    },
    away: async () => {
      let old = path;
      try {
        old = await free(path);
        await rename(path, old);
      } catch (error) {
        // Somebody else has put it aside.
        if (isMissing(error)) return true;
        notBefore = performance.now() + respite;
        failed(error);
        return false;
      }
      tidying = tidying.then(() => tidy(old));
      return true;
    },
  };
};

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** `shop.log.20261125T230102123Z`: sorted by name they are sorted by age, also when the clock has been set back. */
const free = async (path: string): Promise<string> => {
  const times = (await suffixesOf(path)).map(timeOf).filter((time) => !Number.isNaN(time));
  const now = new Date(Math.max(Date.now(), ...times.map((time) => time + 1)));
  return `${path}.${now.toISOString().replaceAll(/[-:.]/g, '')}`;
};

const outdated = async (path: string, keep: number): Promise<readonly string[]> => {
  const suffixes = await suffixesOf(path);
  const old = suffixes.filter(isOld).toSorted();
  // A process that ended while it compressed has left one.
  const drafts = suffixes.filter((suffix) => suffix.endsWith(draft) && isOld(suffix.slice(0, -draft.length)));
  return [...old.slice(0, Math.max(0, old.length - keep)), ...drafts].map((suffix) => `${path}.${suffix}`);
};

const suffixesOf = async (path: string): Promise<readonly string[]> => {
  const begins = `${basename(path)}.`;
  const names = await readdir(dirname(path));
  return names.filter((name) => name.startsWith(begins)).map((name) => name.slice(begins.length));
};

const isOld = (suffix: string): boolean => /^\d{8}T\d{9}Z(\.gz)?$/.test(suffix);

/** `NaN` for a file that was not put aside. */
const timeOf = (suffix: string): number =>
  Date.parse(suffix.replace(/^(\d{4})(..)(..)T(..)(..)(..)(...)Z.*$/, '$1-$2-$3T$4:$5:$6.$7Z'));

const draft = '.draft';

/** Under another name until it is whole. */
const gzip = async (path: string): Promise<void> => {
  const to = `${path}${draft}`;
  try {
    await pipeline(createReadStream(path), createGzip(), createWriteStream(to, { flags: 'wx', mode: 0o640 }));
    await rename(to, `${path}.gz`);
    await rm(path, { force: true });
  } catch (error) {
    await rm(to, { force: true });
    throw error;
  }
};

const units = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 } as const;

const bytes = (size: NonNullable<Rotate['size']>): number => {
  if (typeof size === 'number') return size;
  const unit = size.at(-1);
  return Number(size.slice(0, -1)) * (unit === 'K' || unit === 'M' || unit === 'G' ? units[unit] : 1);
};

const endOfSpan = (since: Date, every: NonNullable<Rotate['every']>): number => {
  const [year, month, day] = [since.getFullYear(), since.getMonth(), since.getDate()] as const;
  if (every === 'day') return new Date(year, month, day + 1).getTime();
  if (every === 'hour') return new Date(year, month, day, since.getHours() + 1).getTime();
  return (Math.floor(since.getTime() / every) + 1) * every;
};
