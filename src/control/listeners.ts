import { chmodSync, lstatSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ControlServer as TcpSettings } from '../index.js';
import { socketAccess, tcpAccess } from './access.js';
import { answerRequest } from './answerRequest.js';
import { requireFolder, socketFolder } from './folder.js';
import { type Place, places } from './master.js';
import { controlServer } from './server.js';
import { cannotListen, listening, portOf, type Report, sharedListener } from './sharedListener.js';
import { ownSocketAt, removeSocket, removeStaleSockets } from './staleSockets.js';
import { tokenCheck } from './tokenCheck.js';

/** Listens on the control socket until the returned function is called. What prevents it is reported. */
export const listenOnSocket = (report: Report): (() => void) =>
  sharedListener('socket', report, async (closed) => {
    const folder = socketFolder();
    requireFolder(folder);
    const path = join(folder, `${process.pid}.sock`);
    refuseLong(path);
    await removeStaleSockets(folder);
    if (closed()) return () => {};
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined)
      throw cannotListen('control', path, 'EADDRINUSE: something is there already');
    const server = controlServer(answerRequest(socketAccess));
    // The socket gets its name when it accepts connections: one that refuses them is taken for that of a dead master.
    const unnamed = join(folder, `${process.pid}.new`);
    rmSync(unnamed, { force: true });
    await listening(server.listen({ path: unnamed }), 'control', path);
    try {
      chmodSync(unnamed, 0o600);
      renameSync(unnamed, path);
    } catch (error) {
      server.close();
      throw cannotListen('control', path, error instanceof Error ? error.message : String(error), error);
    }
    const inode = ownSocketAt(path) ?? 0;
    const remove = () => removeSocket(path, inode);
    // Also when the process ends with process.exit() or an uncaught error.
    process.once('exit', remove);
    const vacate = occupy({ path });
    return () => {
      vacate();
      process.off('exit', remove);
      remove();
      server.close();
    };
  });

/** Listens on TCP until the returned function is called. What prevents it is reported. */
export const listenOnTcp = (settings: TcpSettings & { readonly port: number }, report: Report): (() => void) => {
  const { port, host = '127.0.0.1', token = '', readOnly = false } = settings;
  return sharedListener(JSON.stringify([port, host, token, readOnly]), report, async (closed) => {
    const isToken = await tokenCheck(token);
    if (closed()) return () => {};
    const server = controlServer(answerRequest(tcpAccess({ host, readOnly, isToken })));
    const opened = await listening(server.listen({ port, host, exclusive: true }), 'control', `${host}:${port}`);
    const vacate = occupy({ host, port: portOf(opened, port) });
    return () => {
      vacate();
      server.close();
    };
  });
};

const occupy = (place: Place): (() => void) => {
  places.add(place);
  return () => places.delete(place);
};

/** A longer path is cut by the system without an error. */
const maxPathBytes = 103;

const refuseLong = (path: string): void => {
  if (Buffer.byteLength(path) <= maxPathBytes) return;
  throw new Error(
    `control: the path of the socket is too long for the system, expected at most ${maxPathBytes} bytes, got ${path}. Set PROTEUS_RUNTIME_DIR to a shorter folder`,
  );
};
