import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { ownUid } from './folder.js';

const socketName = /^[1-9]\d*\.sock$/;
/** A folder with more is not searched to its end. */
const maxSearched = 1_000;
const connectTimeoutMs = 500;

/**
 * Removes the sockets that masters which do not run any more have left in the folder. A socket is one of those if it refuses connections: the pid alone says little, because pids are used again, and
 * masters in several containers may share the folder. Nothing else in the folder is touched.
 */
export const removeStaleSockets = async (folder: string): Promise<void> => {
  const names = readdirSync(folder).filter((name) => socketName.test(name));
  await Promise.all(names.slice(0, maxSearched).map((name) => removeIfStale(join(folder, name))));
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
