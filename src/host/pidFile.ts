import {
  type BigIntStats,
  closeSync,
  fstatSync,
  linkSync,
  lstatSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { PidFileError } from '../vocabulary/errors.js';
import { type Holder, holderOf, openHeld } from './isAlive.js';

/**
 * Writes this process's pid to a file that no other live process holds. Returns a function that removes the file.
 * The file appears complete or not at all, also when masters start at the same time: it is written under another name and then linked. It stays open, which is how
 * other masters see that this one is alive. Throws `PidFileError`.
 */
export const claimPidFile = (path: string): (() => void) => {
  const draft = `${path}.${process.pid}.${process.getBuiltinModule('node:crypto').randomBytes(6).toString('hex')}`;
  let descriptor: number | undefined;
  try {
    descriptor = openHeld(draft);
    writeSync(descriptor, `${process.pid}\n`);
    linkDraft(path, draft);
    return releaser(path, descriptor);
  } catch (error) {
    if (descriptor !== undefined) closeSync(descriptor);
    throw error instanceof PidFileError ? error : unwritable(path, error);
  } finally {
    removeDraft(draft);
  }
};

/** If the draft could not be written it cannot be removed either, and that first error is the one to report. */
const removeDraft = (draft: string): void => {
  try {
    rmSync(draft, { force: true });
  } catch {}
};

const linkDraft = (path: string, draft: string): void => {
  while (!tryLink(draft, path)) {
    const stale = statOf(path);
    if (stale === undefined) continue;
    refuseForeign(path, stale);
    refuseHeld(path, path, stale);
    if (replace(path, path, draft, stale, () => renameSync(draft, path))) return;
  }
};

/**
 * Of all masters that find the same stale file, only the one that links the claim file, named by its inode, may replace it. `replaceStale` runs if the file is still stale then. A claim left by a killed
 * master is a stale file too, and is removed by the master that links the claim for it.
 */
const replace = (path: string, place: string, draft: string, stale: BigIntStats, replaceStale: () => void): boolean => {
  const claim = `${path}.${stale.ino}.claim`;
  if (!tryLink(draft, claim)) {
    const other = statOf(claim);
    if (other === undefined) return false;
    refuseForeign(claim, other);
    refuseHeld(path, claim, other);
    replace(path, claim, draft, other, () => rmSync(claim, { force: true }));
    return false;
  }
  try {
    const current = statOf(place);
    if (current === undefined || !isSameFile(current, stale)) return false;
    // Inodes are reused: this may be another file by now, which is held.
    refuseHeld(path, place, current);
    replaceStale();
    return true;
  } finally {
    rmSync(claim, { force: true });
  }
};

const tryLink = (draft: string, path: string): boolean => {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
};

const statOf = (path: string): BigIntStats | undefined => lstatSync(path, { bigint: true, throwIfNoEntry: false });

const isSameFile = (one: BigIntStats, other: BigIntStats): boolean => one.ino === other.ino && one.dev === other.dev;

const refuseForeign = (path: string, stats: BigIntStats): void => {
  if (stats.isSymbolicLink())
    throw new PidFileError(path, 'is a symbolic link, and those are not followed. Name the file itself');
  if (!stats.isFile()) throw new PidFileError(path, 'is not a file. Name a file');
  if (Number(stats.uid) !== process.getuid?.()) {
    throw new PidFileError(path, `belongs to another user (uid ${stats.uid}). Name a path in a folder of your own`);
  }
};

/** `place` is the pid file or a claim on it. */
const refuseHeld = (path: string, place: string, stats: BigIntStats): void => {
  const pid = readPid(place);
  const holder = pid === undefined ? 'other' : holderOf(pid, place, stats);
  if (holder === 'other') return;
  throw new PidFileError(
    path,
    place === path
      ? reasons[holder].replace('PID', String(pid))
      : `is being claimed by another master, pid ${pid}. Start one master at a time`,
  );
};

const reasons: Readonly<Record<Exclude<Holder, 'other'>, string>> = {
  holds: 'belongs to a running master, pid PID. Stop that master, or set `pid` to another path',
  older:
    'names pid PID, which has node:cluster workers and may be a running master of an earlier release. Stop that master, or set `pid` to another path; if it is another program, remove the file',
  hidden:
    'names pid PID, which may be a running master: its open files are not visible. Stop that master, or set `pid` to another path; if it is another program, remove the file',
};

/** The pid in the file; `undefined` if the file is empty (left by a power failure: ours appear complete) or has just been removed. */
const readPid = (path: string): number | undefined => {
  const text = ifExists(() => readFileSync(path, 'utf8'));
  if (text === undefined || text === '') return undefined;
  if (!/^[1-9]\d*\n?$/.test(text)) {
    throw new PidFileError(
      path,
      'contains something other than a pid. Remove the file if it is not needed, or set `pid` to another path',
    );
  }
  return Number(text);
};

/** `undefined` if the file does not exist. */
const ifExists = <T>(act: () => T): T | undefined => {
  try {
    return act();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
};

const releaser = (path: string, descriptor: number): (() => void) => {
  const release = () => {
    process.off('exit', release);
    try {
      const stats = statOf(path);
      // While the file is open, no other file has its inode.
      if (stats !== undefined && isSameFile(stats, fstatSync(descriptor, { bigint: true })))
        rmSync(path, { force: true });
    } finally {
      closeSync(descriptor);
    }
  };
  // Also when the process ends with process.exit() or an uncaught error.
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
