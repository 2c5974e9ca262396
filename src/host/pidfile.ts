import { randomBytes } from 'node:crypto';
import { linkSync, lstatSync, readFileSync, renameSync, rmSync, type Stats, writeFileSync } from 'node:fs';
import { PidFileError } from '../errors.js';
import { isAlive } from './alive.js';

/**
 * Writes this process's pid to a file that no other live process holds, and returns what takes it away again.
 * The file appears whole or not at all, also between masters that start together: it is written aside and linked into place.
 * Throws `PidFileError`.
 */
export const claimPidFile = (path: string): (() => void) => {
  const draft = `${path}.${process.pid}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(draft, `${process.pid}\n`, { flag: 'wx', mode: 0o644 });
    take(path, draft);
    return releaser(path, lstatSync(path));
  } catch (error) {
    throw error instanceof PidFileError ? error : unwritable(path, error);
  } finally {
    discard(draft);
  }
};

/** Where the draft could not be written it cannot be removed either, and the first error is the one that tells. */
const discard = (draft: string): void => {
  try {
    rmSync(draft, { force: true });
  } catch {}
};

const take = (path: string, draft: string): void => {
  while (!linked(draft, path)) {
    const there = look(path);
    if (there === undefined) continue;
    refuseForeign(path, there);
    const pid = readPid(path);
    if (pid !== undefined && isAlive(pid, there.mtimeMs)) {
      throw new PidFileError(
        path,
        `is held by a live master, pid ${pid}. Stop that one, or give this one a pid file of its own`,
      );
    }
    if (supplant(path, draft, there)) return;
  }
};

/** Of all who find the same stale file, one may replace it: who gets the claim made of its inode. */
const supplant = (path: string, draft: string, stale: Stats): boolean => {
  const claim = `${path}.${stale.ino}.claim`;
  if (!linked(draft, claim)) {
    const other = look(claim);
    if (other === undefined) return false;
    const pid = readPid(claim);
    if (pid !== undefined && isAlive(pid, other.mtimeMs))
      throw new PidFileError(path, `is being taken by another master, pid ${pid}`);
    rmSync(claim, { force: true });
    return false;
  }
  try {
    const still = look(path);
    if (still === undefined || !same(still, stale)) return false;
    renameSync(draft, path);
    return true;
  } finally {
    rmSync(claim, { force: true });
  }
};

const linked = (draft: string, path: string): boolean => {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
};

const look = (path: string): Stats | undefined => lstatSync(path, { throwIfNoEntry: false });

const same = (one: Stats, other: Stats): boolean =>
  one.ino === other.ino && one.dev === other.dev && one.mtimeMs === other.mtimeMs;

const refuseForeign = (path: string, there: Stats): void => {
  if (there.isSymbolicLink())
    throw new PidFileError(path, 'is a symbolic link, and those are not followed. Name the file itself');
  if (!there.isFile()) throw new PidFileError(path, 'is not a file. Name a file');
  if (there.uid !== process.getuid?.()) {
    throw new PidFileError(path, `belongs to another user (uid ${there.uid}). Name a path in a folder of your own`);
  }
};

/** `undefined` for an empty file: no live master has one, since ours appear whole; a machine that lost its power may have left it. */
const readPid = (path: string): number | undefined => {
  const text = readFileSync(path, 'utf8');
  if (text === '') return undefined;
  if (!/^[1-9]\d*\n?$/.test(text)) {
    throw new PidFileError(path, 'holds something else than a pid. Remove it if nobody needs it, or name another path');
  }
  return Number(text);
};

const releaser = (path: string, ours: Stats): (() => void) => {
  const release = () => {
    process.off('exit', release);
    const there = look(path);
    if (there !== undefined && same(there, ours)) rmSync(path, { force: true });
  };
  // Also where the program ends by process.exit() or of an uncaught error.
  process.on('exit', release);
  return release;
};

const unwritable = (path: string, error: unknown): PidFileError =>
  new PidFileError(
    path,
    `cannot be written (${codeOf(error) ?? 'for an unknown reason'}). Name a path in a folder that exists and is yours, or pid: false for none`,
    {
      cause: error,
    },
  );

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
