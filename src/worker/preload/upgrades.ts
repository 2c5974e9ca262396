/** Connections that have left HTTP by an upgrade: WebSockets, which get a close frame when the worker leaves, and tunnels. */
import type { IncomingMessage } from 'node:http';
import type { Server, Socket } from 'node:net';
import * as channel from './masterChannel.js';

/** The WebSocket frame `close` with code 1012, "service restart". */
const serviceRestartFrame = Buffer.from([0x88, 0x02, 0x03, 0xf4]);

const upgraded = new WeakSet<Socket>();
const webSockets = new Set<Socket>();
let closing = false;

const isUpgraded = (socket: Socket): boolean => upgraded.has(socket);

/** Records the upgrades of a server, but listens only while the application listens too: if nobody listens, Node refuses upgrades, and that must not change. */
const follow = (server: Server): void => {
  for (const name of ['upgrade', 'connect']) {
    const listen = (): void => {
      server.off('newListener', onListenerAdded);
      server.prependListener(name, onUpgrade);
    };
    const onListenerAdded = (added: string | symbol): void => {
      if (added === name) listen();
    };
    const onListenerRemoved = (removed: string | symbol, listener: unknown): void => {
      if (removed !== name || listener === onUpgrade || server.listenerCount(name) > 1) return;
      server.off(name, onUpgrade);
      server.off('newListener', onListenerAdded).on('newListener', onListenerAdded);
    };
    if (server.listenerCount(name) > 0) listen();
    else server.on('newListener', onListenerAdded);
    server.on('removeListener', onListenerRemoved);
  }
};

const onUpgrade = channel.safely('an upgrade', (request: IncomingMessage, socket: Socket): void => {
  upgraded.add(socket);
  if (!/^websocket$/i.test(request.headers.upgrade ?? '')) return;
  webSockets.add(socket);
  socket.once('close', () => webSockets.delete(socket));
  if (closing) setImmediate(sendServiceRestart, socket);
});

const sendServiceRestart = (socket: Socket): void => {
  if (!socket.writable) return;
  // If the client has gone the socket emits an error, and the application may not listen for it.
  socket.on('error', () => {});
  socket.write(serviceRestartFrame);
};

/** Sends the close frame to all WebSockets, and to those that are opened from now on. */
const closeWebSockets = (): void => {
  closing = true;
  for (const socket of webSockets) channel.safely('telling a WebSocket', sendServiceRestart)(socket);
};

export { follow, isUpgraded, closeWebSockets };
