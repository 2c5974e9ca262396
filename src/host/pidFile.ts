import { randomBytes } from 'node:crypto';
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
 * Writes this process's pid to a file that no other live process holds, and returns what takes it away again.
 * The file appears whole or not at all, also between masters that start together: it is written aside and linked into place. It stays open until then, which is how
 * other masters see that this one is alive. Throws `PidFileError`.
 */
export const claimPidFile = (path: string): (() => void) => {
  const draft = `${path}.${process.pid}.${randomBytes(6).toString('hex')}`;
  let held: number | undefined;
  try {
    held = openHeld(draft);
    writeSync(held, `${process.pid}\n`);
    take(path, draft);
    return releaser(path, held);
  } catch (error) {
    if (held !== undefined) closeSync(held);
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
    const stale = look(path);
    if (stale === undefined) continue;
    refuseForeign(path, stale);
    refuseHeld(path, path, stale);
    if (replace(path, path, draft, stale, () => renameSync(draft, path))) return;
  }
};

/**
 * Of all who find the same stale file, one at a time may replace it: who gets the claim that is made of its inode. `act` is for what is still stale then. A claim that somebody
 * left who was killed is a stale file, too, and removed by who gets the claim made of it.
 */
const replace = (path: string, place: string, draft: string, stale: BigIntStats, act: () => void): boolean => {
  const claim = `${path}.${stale.ino}.claim`;
  if (!linked(draft, claim)) {
    const other = look(claim);
    if (other === undefined) return false;
    refuseForeign(claim, other);
    refuseHeld(path, claim, other);
    replace(path, claim, draft, other, () => rmSync(claim, { force: true }));
    return false;
  }
  try {
    const still = look(place);
    if (still === undefined || !same(still, stale)) return false;
    // The system uses inodes again: what lies there may be another file by now, and held.
    refuseHeld(path, place, still);
    act();
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

const look = (path: string): BigIntStats | undefined => lstatSync(path, { bigint: true, throwIfNoEntry: false });

const same = (one: BigIntStats, other: BigIntStats): boolean => one.ino === other.ino && one.dev === other.dev;

const refuseForeign = (path: string, there: BigIntStats): void => {
  if (there.isSymbolicLink())
    throw new PidFileError(path, 'is a symbolic link, and those are not followed. Name the file itself');
  if (!there.isFile()) throw new PidFileError(path, 'is not a file. Name a file');
  if (Number(there.uid) !== process.getuid?.()) {
    throw new PidFileError(path, `belongs to another user (uid ${there.uid}). Name a path in a folder of your own`);
  }
};

/** `place` is the pid file, or a claim on it. */
const refuseHeld = (path: string, place: string, there: BigIntStats): void => {
  const pid = readPid(place);
  const holder = pid === undefined ? 'other' : holderOf(pid, place, there);
  if (holder === 'other') return;
  throw new PidFileError(
    path,
    place === path ? reasons[holder].replace('PID', String(pid)) : `is being taken by another master, pid ${pid}`,
  );
};

const reasons: Readonly<Record<Exclude<Holder, 'other'>, string>> = {
  holds: 'is held by a live master, pid PID. Stop that one, or give this one a pid file of its own',
  older:
    'names pid PID, which has workers of node:cluster and may be a live master of an earlier release. Stop that one, or give this one a pid file of its own; if it is another program, remove the file',
  hidden:
    'names pid PID, which may be a live master: its open files cannot be seen. Stop that one, or give this one a pid file of its own; if it is another program, remove the file',
};

/** `undefined` for an empty file: no live master has one, since ours appear whole; a machine that lost its power may have left it. So for one that has just been removed. */
const readPid = (path: string): number | undefined => {
  const text = ifThere(() => readFileSync(path, 'utf8'));
  if (text === undefined || text === '') return undefined;
  if (!/^[1-9]\d*\n?$/.test(text)) {
    throw new PidFileError(path, 'holds something else than a pid. Remove it if nobody needs it, or name another path');
  }
  return Number(text);
};

/** `undefined` where the file has gone. */
const ifThere = <T>(act: () => T): T | undefined => {
  try {
    return act();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
};

const releaser = (path: string, held: number): (() => void) => {
  const release = () => {
    process.off('exit', release);
    try {
      const there = look(path);
      // While it is open no other file has its inode.
      if (there !== undefined && same(there, fstatSync(held, { bigint: true }))) rmSync(path, { force: true });
    } finally {
      closeSync(held);
    }
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
