/** Connections that speak no HTTP any more: WebSockets, which can be told that the service restarts, and tunnels. */
import type { IncomingMessage } from 'node:http';
import type { Server, Socket } from 'node:net';

/** A WebSocket's last frame: close, 1012, "service restart". */
const farewell = Buffer.from([0x88, 0x02, 0x03, 0xf4]);

const upgraded = new WeakSet<Socket>();
const webSockets = new Set<Socket>();
let saying = false;

const has = (socket: Socket): boolean => upgraded.has(socket);

/** Begins to heed the upgrades of a server: only beside a listener of the application, since one that is alone would keep Node from refusing them. */
const heed = (server: Server): void => {
  for (const name of ['upgrade', 'connect']) {
    if (server.listenerCount(name) > 0) server.prependListener(name, note);
    else expect(server, name);
  }
};

const expect = (server: Server, wanted: string): void => {
  const join = (name: string | symbol): void => {
    if (name !== wanted) return;
    server.off('newListener', join);
    server.prependListener(wanted, note);
  };
  server.on('newListener', join);
};

const note = (request: IncomingMessage, socket: Socket): void => {
  upgraded.add(socket);
  if (!/^websocket$/i.test(request.headers.upgrade ?? '')) return;
  webSockets.add(socket);
  socket.once('close', () => webSockets.delete(socket));
  if (saying) setImmediate(() => socket.writable && socket.write(farewell));
};

/** Tells all WebSockets, and those that still come, that the service restarts. */
const say = (): void => {
  saying = true;
  for (const socket of webSockets) socket.write(farewell);
};

export = { heed, has, say };
