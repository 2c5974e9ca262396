import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { ownUid } from './folder.js';

const socketName = /^[1-9]\d*\.sock$/;
/** A socket has this name until it accepts connections. */
const newName = /^([1-9]\d*)\.new$/;
/** A folder with more is not searched to its end. */
const maxSearched = 1_000;
const connectTimeoutMs = 500;

/**
 * Removes the sockets that masters which do not run any more have left in the folder. A socket is one of those if it refuses connections: the pid alone says little, because pids are used again, and
 * masters in several containers may share the folder. Nothing else in the folder is touched.
 */
export const removeStaleSockets = async (folder: string): Promise<void> => {
  const names = readdirSync(folder).filter((name) => socketName.test(name) || isLeftNew(name));
  await Promise.all(names.slice(0, maxSearched).map((name) => removeIfStale(join(folder, name))));
};

/** One of a running master may refuse connections for a moment. */
const isLeftNew = (name: string): boolean => {
  const pid = Number(newName.exec(name)?.[1]);
  return pid > 0 && !isAlive(pid);
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

/** The inode of a socket of this user at the path. */
export const ownSocketAt = (path: string): number | undefined => {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats?.isSocket() === true && stats.uid === ownUid() ? stats.ino : undefined;
};

/** Removes the socket if it is still the same one. */
export const removeSocket = (path: string, inode: number): void => {
  if (ownSocketAt(path) === inode) rmSync(path, { force: true });
};

const removeIfStale = async (path: string): Promise<void> => {
  const inode = ownSocketAt(path);
  if (inode !== undefined && (await refuses(path))) removeSocket(path, inode);
};

const refuses = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path);
    const end = (refused: boolean) => {
      socket.destroy();
      resolve(refused);
    };
    socket.setTimeout(connectTimeoutMs, () => end(false));
    socket.on('connect', () => end(false));
    socket.on('error', (error) => end('code' in error && error.code === 'ECONNREFUSED'));
  });
