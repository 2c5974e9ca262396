import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** The control socket of a master. */
export interface ControlSocket {
  readonly pid: number;
  readonly path: string;
}

/** The folders in which masters of this user may have their sockets: a master may have another environment than this process. */
const socketFolders = (): readonly string[] => {
  const { PROTEUS_RUNTIME_DIR: own = '', XDG_RUNTIME_DIR: runtime = '' } = process.env;
  if (own !== '') return [own];
  return [
    ...(ownUid() === 0 ? ['/run/proteus-cluster', '/var/run/proteus-cluster'] : []),
    // `su` leaves the one of another user in the environment.
    ...(isOwn(runtime) ? [join(runtime, 'proteus-cluster')] : []),
    join(tmpdir(), `proteus-cluster-${ownUid()}`),
  ];
};

const isOwn = (path: string): boolean => isAbsolute(path) && statsOf(path)?.uid === ownUid();

const ownUid = (): number => process.getuid?.() ?? -1;

/** A folder in which masters may have their sockets, and why it is not read. */
export interface UnreadFolder {
  readonly path: string;
  /** Such as `has the mode 0750, expected 0700. Change it with chmod 700 …`. */
  readonly problem: string;
}

/**
 * The folders of control sockets that exist and are not read, because another user owns them or can enter them, or because they are symbolic links. Masters in them are not found.
 *
 * @example
 * for (const { path, problem } of unreadFolders()) console.error(`${path} ${problem}`);
 */
export const unreadFolders = (): readonly UnreadFolder[] => {
  const seen = new Set<number | undefined>();
  return socketFolders().flatMap((path) => {
    const problem = problemOf(path);
    const inode = statsOf(path)?.ino;
    // /var/run is a link to /run on most systems.
    if (problem === undefined || seen.has(inode)) return [];
    seen.add(inode);
    return [{ path, problem }];
  });
};

/** The control sockets whose process runs, by pid. A folder that others own or can enter is not read: another user may have made it. */
export const controlSockets = (): readonly ControlSocket[] => {
  const found = new Map<number, ControlSocket>();
  for (const folder of socketFolders())
    for (const name of namesIn(folder)) {
      const pid = Number(/^(\d+)\.sock$/.exec(name)?.[1]);
      if (pid > 0 && !found.has(pid) && runs(pid)) found.set(pid, { pid, path: join(folder, name) });
    }
  return [...found.values()].toSorted((one, other) => one.pid - other.pid);
};

const namesIn = (folder: string): readonly string[] => {
  try {
    return problemOf(folder) === undefined ? readdirSync(folder) : [];
  } catch {
    return [];
  }
};

/** Why a folder is not read, if it exists. */
const problemOf = (folder: string): string | undefined => {
  if (!isAbsolute(folder)) return 'is not an absolute path. Set PROTEUS_RUNTIME_DIR to one';
  const stats = statsOf(folder);
  if (stats === undefined) return undefined;
  if (stats.isSymbolicLink()) return 'is a symbolic link, and those are not followed';
  if (!stats.isDirectory()) return 'is not a folder';
  if (stats.uid !== ownUid()) return `belongs to another user (uid ${stats.uid})`;
  const mode = stats.mode & 0o777;
  return (mode & 0o077) === 0
    ? undefined
    : `has the mode 0${mode.toString(8)}, expected 0700. Change it with chmod 700 ${quoted(folder)}`;
};

/** As a shell reads it. */
const quoted = (path: string): string =>
  /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;

/** `undefined` also for one that this user cannot see. */
const statsOf = (path: string): Stats | undefined => {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
};

const runs = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};
