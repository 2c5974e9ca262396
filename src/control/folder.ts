import { lstatSync, mkdirSync, type Stats } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/** The folder in which the masters of this user have their control sockets. Throws where PROTEUS_RUNTIME_DIR is not an absolute path. */
export const socketFolder = (env: NodeJS.ProcessEnv = process.env): string => {
  const { PROTEUS_RUNTIME_DIR: own = '', XDG_RUNTIME_DIR: runtime = '' } = env;
  if (own !== '' && !isAbsolute(own))
    throw new Error(`control: PROTEUS_RUNTIME_DIR is '${own}', expected the absolute path of a folder`);
  // Without a slash at its end, which would follow a symbolic link.
  if (own !== '') return resolve(own);
  const uid = ownUid();
  const system = uid === 0 ? ['/run', '/var/run'].find((path) => isOwn(path)) : undefined;
  if (system !== undefined) return join(system, 'proteus-cluster');
  // `su` leaves the one of another user in the environment.
  if (isAbsolute(runtime) && isOwn(runtime)) return join(runtime, 'proteus-cluster');
  return join(tmpdir(), `proteus-cluster-${uid}`);
};

/** Creates the folder if it does not exist. Throws for one that another user can write to, or could have put there. */
export const requireFolder = (path: string): void => {
  const missing = attempt(path, () => lstatSync(path, { throwIfNoEntry: false })) === undefined;
  // Not with its parents: a mistyped path should not be made.
  if (missing) attempt(path, () => mkdirIfMissing(path));
  const stats = attempt(path, () => lstatSync(path));
  const problem = problemOf(stats);
  if (problem !== undefined) throw new Error(`control: the folder of the sockets, ${path}, ${problem}`);
};

const problemOf = (stats: Stats): string | undefined => {
  if (stats.isSymbolicLink()) return 'is a symbolic link, and those are not followed. Remove it';
  if (!stats.isDirectory()) return 'is not a folder. Remove the file';
  if (stats.uid !== ownUid())
    return `belongs to another user (uid ${stats.uid}). Set PROTEUS_RUNTIME_DIR to a folder of your own`;
  const mode = stats.mode & 0o777;
  return mode === 0o700
    ? undefined
    : `has the mode 0${mode.toString(8)}, expected 0700, because whoever enters it may operate the master. Change it with chmod 700`;
};

const mkdirIfMissing = (path: string): void => {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another master was faster.
    if (codeOf(error) !== 'EEXIST') throw error;
  }
};

const attempt = <T>(path: string, act: () => T): T => {
  try {
    return act();
  } catch (error) {
    throw new Error(
      `control: the folder of the sockets, ${path}, cannot be used (${codeOf(error) ?? 'for an unknown reason'}). Set PROTEUS_RUNTIME_DIR to a folder of your own, or control: false for no socket`,
      { cause: error },
    );
  }
};

const isOwn = (path: string): boolean => {
  try {
    const stats = lstatSync(path);
    return stats.isDirectory() ? stats.uid === ownUid() : false;
  } catch {
    return false;
  }
};

export const ownUid = (): number => process.getuid?.() ?? -1;

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
