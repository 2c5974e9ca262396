import { chmodSync } from 'node:fs';
import type { Server } from 'node:net';
import { join } from 'node:path';
import type { ControlServer as TcpSettings } from '../index.js';
import { socketAccess, tcpAccess } from './access.js';
import { requireFolder, socketFolder } from './folder.js';
import { type Place, places } from './master.js';
import { controlServer } from './server.js';
import { ownSocketAt, removeSocket, removeStaleSockets } from './staleSockets.js';

type Report = (error: unknown) => void;

interface Listener {
  readonly close: () => void;
  users: number;
}

/** What the process listens on: opened with the first cluster that asks for it, closed with the last. */
const open = new Map<string, Listener>();

const shared = (key: string, begin: () => () => void): (() => void) => {
  const listener = open.get(key) ?? { close: begin(), users: 0 };
  open.set(key, listener);
  listener.users += 1;
  return () => {
    listener.users -= 1;
    if (listener.users > 0) return;
    open.delete(key);
    listener.close();
  };
};

/** Listens on the control socket until the returned function is called. What prevents it is reported. */
export const listenOnSocket = (report: Report): (() => void) =>
  shared('socket', () =>
    begun(report, async (closed) => {
      const folder = socketFolder();
      requireFolder(folder);
      const path = join(folder, `${process.pid}.sock`);
      refuseLong(path);
      await removeStaleSockets(folder);
      if (closed()) return () => {};
      const server = controlServer(socketAccess);
      await listening(server.listen({ path }), path);
      chmodSync(path, 0o600);
      const inode = ownSocketAt(path) ?? 0;
      const remove = () => removeSocket(path, inode);
      // Also when the process ends with process.exit() or an uncaught error.
      process.once('exit', remove);
      const vacate = occupy({ path });
      return () => {
        vacate();
        process.off('exit', remove);
        server.close();
      };
    }),
  );

/** Listens on TCP until the returned function is called. What prevents it is reported. */
export const listenOnTcp = (settings: TcpSettings & { readonly port: number }, report: Report): (() => void) => {
  const { port, host = '127.0.0.1', token = '', readOnly = false } = settings;
  return shared(JSON.stringify([port, host, token, readOnly]), () =>
    begun(report, async (closed) => {
      const { createHash, timingSafeEqual } = await import('node:crypto');
      if (closed()) return () => {};
      const digest = (text: string) => createHash('sha256').update(text).digest();
      const expected = digest(token);
      const isToken = (given: string) => timingSafeEqual(digest(given), expected);
      const server = controlServer(tcpAccess({ host, readOnly, isToken }));
      const opened = await listening(server.listen({ port, host, exclusive: true }), `${host}:${port}`);
      const address = opened.address();
      const vacate = occupy({ host, port: typeof address === 'object' && address !== null ? address.port : port });
      return () => {
        vacate();
        server.close();
      };
    }),
  );
};

/** One after the other: a cluster that starts again would find the socket of its run before, which is being closed. */
let opening: Promise<void> = Promise.resolve();

/** Begins to listen, and returns a function that ends it, also before it has begun. */
const begun = (report: Report, listen: (closed: () => boolean) => Promise<() => void>): (() => void) => {
  let closed = false;
  let close: (() => void) | undefined;
  const begin = async (): Promise<void> => {
    close = await listen(() => closed);
    if (closed) close();
  };
  opening = opening.then(() => (closed ? undefined : begin())).catch(report);
  return () => {
    closed = true;
    close?.();
  };
};

const listening = async (opened: Promise<Server>, where: string): Promise<Server> => {
  try {
    return await opened;
  } catch (error) {
    throw new Error(`control: cannot listen on ${where}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
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
