/**
 * Lets a worker leave without cutting anybody off, and without a line in the application: it accepts no more, answers what is in flight,
 * tells each client that its connection ends, and waits for those that are idle as long as their keep-alive lasts.
 *
 * It finds servers through Node's diagnostics channel and changes none of their methods.
 */
import diagnostics_channel = require('node:diagnostics_channel');
import events = require('node:events');
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ServerHttp2Session } from 'node:http2';
import net = require('node:net');
import type { TLSSocket } from 'node:tls';
import type { Drain } from '../protocol.js' with { 'resolution-mode': 'import' };

/** What is known of an HTTP server and not of others. */
interface Server extends net.Server {
  readonly keepAliveTimeout?: number;
}

/** What Node gives an idle connection where nothing else is said, in ms. */
const usual = 5_000;
/** How much longer than that: a request may be on its way when it is over. Also how long an idle connection must be silent. In ms. */
const margin = 1_000;
/** A WebSocket's last frame: close, 1012, "service restart". */
const farewell = Buffer.from([0x88, 0x02, 0x03, 0xf4]);

/** Those that listen, or are about to. */
const servers = new Set<Server>();
/** Those whose connections are followed: a server may close and listen again. */
const followed = new WeakSet<Server>();
const sockets = new Map<net.Socket, Server>();
const answering = new Map<net.Socket, Set<ServerResponse>>();
const sessions = new Set<ServerHttp2Session>();
/** What speaks another protocol than the requests that are counted: nobody but the cut ends it. */
const multiplexing = new WeakSet<Server>();
const webSockets = new Set<net.Socket>();
const upgraded = new WeakSet<net.Socket>();
/** The sockets below a TLS connection. */
const secured = new WeakSet<net.Socket>();

let served = false;
let stopping: Stopping | undefined;
let over = false;

interface Stopping extends Drain {
  readonly done: () => void;
}

/** Whether it has ever listened. */
const hasServed = (): boolean => served;

/** Begins to follow what listens from now on. */
const follow = (): void => {
  diagnostics_channel.subscribe('tracing:net.server.listen:asyncStart', (message) => {
    if (isListening(message)) adopt(message.server);
  });
  diagnostics_channel.subscribe('http.server.request.start', (message) => {
    if (isRequest(message)) count(message.request.socket, message.response);
  });
};

/**
 * Begins to drain, once. `done` is called when all servers have closed and every connection has gone; at once where nothing listens.
 * `grace`: how long idle connections are kept, `cut`: when all that is still open is closed; in ms.
 */
const drain = (how: Drain, done: () => void): void => {
  if (stopping !== undefined) return;
  stopping = { ...how, done };
  for (const server of servers) shut(server);
  for (const responses of answering.values()) for (const response of responses) announce(response);
  for (const session of sessions) session.close();
  if (how.webSockets) for (const socket of webSockets) socket.write(farewell);
  const grace = how.grace ?? longestKeepAlive() + margin;
  setTimeout(() => sweep(new Map(), margin), Math.max(0, Math.min(grace, how.cut) - margin)).unref();
  setTimeout(cut, how.cut).unref();
  settle();
};

const adopt = (server: Server): void => {
  if (servers.has(server)) return;
  served = true;
  servers.add(server);
  if (!followed.has(server)) attend(server);
  if (stopping !== undefined) shut(server);
};

const attend = (server: Server): void => {
  followed.add(server);
  server.on('close', () => leave(server));
  // It could not listen. Who handles that is the application's affair.
  const emitter: NodeJS.EventEmitter = server;
  emitter.on(events.errorMonitor, () => server.listening || leave(server));
  server.on('connection', (socket: net.Socket) => track(socket, server));
  server.on('secureConnection', (socket: TLSSocket) => {
    // Node's own name for it. Without it the socket below is left to the cut.
    const below: unknown = Reflect.get(socket, '_parent');
    if (below instanceof net.Socket) secured.add(below);
    track(socket, server);
  });
  server.on('session', (session: ServerHttp2Session) => {
    multiplexing.add(server);
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    if (stopping !== undefined) session.close();
  });
  heedUpgrades(server);
};

const leave = (server: Server): void => {
  servers.delete(server);
  settle();
};

const heed = (request: IncomingMessage, socket: net.Socket): void => {
  upgraded.add(socket);
  if (!/^websocket$/i.test(request.headers.upgrade ?? '')) return;
  webSockets.add(socket);
  socket.once('close', () => webSockets.delete(socket));
  if (stopping?.webSockets) setImmediate(() => socket.writable && socket.write(farewell));
};

/** Only beside a listener of the application: one that is alone would keep Node from refusing upgrades. */
const heedUpgrades = (server: Server): void => {
  if (server.listenerCount('upgrade') > 0) {
    server.prependListener('upgrade', heed);
    return;
  }
  const join = (name: string | symbol): void => {
    if (name !== 'upgrade') return;
    server.off('newListener', join);
    server.prependListener('upgrade', heed);
  };
  server.on('newListener', join);
};

const track = (socket: net.Socket, server: Server): void => {
  sockets.set(socket, server);
  socket.once('close', () => {
    sockets.delete(socket);
    answering.delete(socket);
  });
};

const count = (socket: net.Socket, response: ServerResponse): void => {
  const responses = answering.get(socket) ?? new Set();
  answering.set(socket, responses.add(response));
  response.once('close', () => {
    responses.delete(response);
    if (responses.size === 0) answering.delete(socket);
  });
  if (stopping !== undefined) announce(response);
};

/** The client hears that no other request is taken on this connection. */
const announce = (response: ServerResponse): void => {
  if (!response.headersSent) response.shouldKeepAlive = false;
};

/** Only the handle that accepts: an HTTP server's own `close` would cut idle connections, and on Node 26 those that have sent nothing yet. */
const shut = (server: Server): void => {
  if (server.listening) net.Server.prototype.close.call(server, () => {});
  // The master has not answered yet.
  else server.once('listening', () => shut(server));
};

const longestKeepAlive = (): number =>
  Math.max(
    0,
    ...[...servers].map(({ keepAliveTimeout }) => (keepAliveTimeout === 0 ? usual : (keepAliveTimeout ?? 0))),
  );

/** Closes connections that have nothing under way and were silent since the last look. */
const sweep = (before: ReadonlyMap<net.Socket, number>, again: number): void => {
  const now = new Map<net.Socket, number>();
  for (const [socket, server] of sockets) {
    if (server.keepAliveTimeout === undefined || multiplexing.has(server)) continue;
    if (upgraded.has(socket) || answering.has(socket) || secured.has(socket)) continue;
    const bytes = socket.bytesRead + socket.bytesWritten;
    if (before.get(socket) === bytes) socket.destroy();
    else now.set(socket, bytes);
  }
  setTimeout(sweep, again, now, again).unref();
};

const cut = (): void => {
  for (const session of sessions) session.destroy();
  for (const socket of sockets.keys()) socket.destroy();
};

const settle = (): void => {
  if (stopping === undefined || servers.size > 0 || over) return;
  over = true;
  stopping.done();
};

const isListening = (message: unknown): message is { readonly server: Server } =>
  typeof message === 'object' && message !== null && 'server' in message && message.server instanceof net.Server;

const isRequest = (
  message: unknown,
): message is { readonly request: IncomingMessage; readonly response: ServerResponse } =>
  typeof message === 'object' && message !== null && 'request' in message && 'response' in message;

export = { follow, drain, hasServed };
