import { readdirSync, lstatSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

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
    ...(runtime === '' ? [] : [join(runtime, 'proteus-cluster')]),
    join(tmpdir(), `proteus-cluster-${ownUid()}`),
  ];
};

const ownUid = (): number => process.getuid?.() ?? -1;

/** The control sockets whose process runs, by pid. A folder that others own or can write to is not read: another user may have made it. */
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
    return isPrivate(folder) ? readdirSync(folder) : [];
  } catch {
    return [];
  }
};

const isPrivate = (folder: string): boolean => {
  const stat = lstatSync(folder);
  return stat.isDirectory() && stat.uid === ownUid() && (stat.mode & 0o077) === 0;
};

const runs = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};
