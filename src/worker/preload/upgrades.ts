/** Connections that speak no HTTP any more: WebSockets, which can be told that the service restarts, and tunnels. */
import type { IncomingMessage } from 'node:http';
import type { Server, Socket } from 'node:net';
import * as channel from './masterChannel.js';

/** A WebSocket's last frame: close, 1012, "service restart". */
const farewell = Buffer.from([0x88, 0x02, 0x03, 0xf4]);

const upgraded = new WeakSet<Socket>();
const webSockets = new Set<Socket>();
let saying = false;

const has = (socket: Socket): boolean => upgraded.has(socket);

/** Heeds the upgrades of a server: only beside a listener of the application, since one that is alone would keep Node from refusing them. */
const heed = (server: Server): void => {
  for (const name of ['upgrade', 'connect']) {
    const join = (): void => {
      server.off('newListener', joined);
      server.prependListener(name, note);
    };
    const joined = (added: string | symbol): void => {
      if (added === name) join();
    };
    const parted = (removed: string | symbol, listener: unknown): void => {
      if (removed !== name || listener === note || server.listenerCount(name) > 1) return;
      server.off(name, note);
      server.off('newListener', joined).on('newListener', joined);
    };
    if (server.listenerCount(name) > 0) join();
    else server.on('newListener', joined);
    server.on('removeListener', parted);
  }
};

const note = channel.safely('an upgrade', (request: IncomingMessage, socket: Socket): void => {
  upgraded.add(socket);
  if (!/^websocket$/i.test(request.headers.upgrade ?? '')) return;
  webSockets.add(socket);
  socket.once('close', () => webSockets.delete(socket));
  if (saying) setImmediate(tell, socket);
});

const tell = (socket: Socket): void => {
  if (!socket.writable) return;
  // Its client may have gone: that is an error of a socket on which perhaps nobody listens for one.
  socket.on('error', () => {});
  socket.write(farewell);
};

/** Tells all WebSockets, and those that still come, that the service restarts. */
const say = (): void => {
  saying = true;
  for (const socket of webSockets) channel.safely('telling a WebSocket', tell)(socket);
};

export { heed, has, say };
