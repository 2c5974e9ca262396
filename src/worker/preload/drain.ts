/**
 * Lets a worker leave without losing a request, and without code in the application: it accepts no more connections, answers the requests in progress,
 * sends `Connection: close`, and keeps idle connections open as long as their keep-alive timeout.
 *
 * It finds servers through Node's diagnostics channel and changes none of their methods.
 */
import diagnostics_channel from 'node:diagnostics_channel';
import events from 'node:events';
import type { IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http';
import net from 'node:net';
import type { Drain } from '../../vocabulary/protocol.js';
import * as clock from './clock.js';
import * as channel from './masterChannel.js';
import * as connections from './connections.js';
import * as upgrades from './upgrades.js';

type Server = net.Server | HttpServer;

/** A server that has had no connection and has listened for less than this is ignored when it closes: the application may have searched for a free port. In ms. */
const minListenMs = 1_000;
/** How long the application may have no server before that is reported, in ms. */
const reopenTimeoutMs = 1_000;

/** The servers that listen, and since when; `Infinity` for one that is about to. */
const servers = new Map<Server, number>();
/** Servers with listeners of this file. A server may close and listen again. */
const followed = new WeakSet<Server>();
/** Servers that have had a connection. */
const used = new WeakSet<Server>();
/** Servers of the preload itself. */
const ignored = new WeakSet<Server>();

let served = false;
let onServed: (() => void) | undefined;
let onDrained: (() => void) | undefined;
let hasDrained = false;
let onServersClosed = (): void => {};

/** Calls `act` when the application has closed its last server and opened none within `reopenTimeoutMs`. */
const whenServersClosed = (act: () => void): void => {
  onServersClosed = act;
};

/** Calls `act` once a server has begun to listen; at once if one has. */
const whenServed = (act: () => void): void => {
  if (served) act();
  else onServed = act;
};

const subscribe = (name: string, act: (message: unknown) => void): void =>
  diagnostics_channel.subscribe(name, channel.safely(name, act));

/** The servers that listen, or are about to, in the order in which they began. */
const listeningServers = (): readonly Server[] => [...servers.keys()];

const isListeningServer = (server: Server): boolean => servers.has(server);

/** Whether the worker drains. */
const isDraining = (): boolean => onDrained !== undefined;

/** Keeps a server of the preload from being treated as one of the application. */
const ignore = (server: Server): void => {
  ignored.add(server);
};

/** Follows each server that listens from now on. */
const follow = (): void => {
  subscribe('tracing:net.server.listen:asyncStart', (message) => {
    if (isListening(message)) track(message.server);
  });
  subscribe('tracing:net.server.listen:asyncEnd', (message) => {
    if (isListening(message)) reportListening(message.server);
  });
  subscribe('http.server.request.start', (message) => {
    if (!isRequest(message)) return;
    const { request, response, server } = message;
    connections.onRequest(request.socket, response, server);
  });
};

/**
 * Begins to drain; further calls do nothing. `done` is called when all servers and connections have closed; at once if nothing listens.
 * `grace`: how long idle connections are kept. `cut`: when all connections that are still open are closed. In ms.
 */
const drain = (how: Drain, done: () => void): void => {
  if (onDrained !== undefined) return;
  onDrained = done;
  const grace = Math.min(how.grace ?? connections.defaultGraceMs(servers.keys()), how.cut);
  for (const server of servers.keys()) closeServer(server);
  connections.endWithLastAnswer(servers.keys());
  if (how.webSockets) upgrades.closeWebSockets();
  connections.closeIdle(grace, reportCut);
  setTimeout(
    channel.safely('closing all connections', connections.closeAll),
    how.cut,
    reportCut,
    `still open ${how.cut} ms after it was asked to leave`,
  ).unref();
  finishIfClosed();
};

/** The master will not answer any more: servers that have asked to listen and do not yet are not waited for. */
const forgetWaiting = (): void => {
  for (const server of servers.keys()) if (!server.listening) servers.delete(server);
  finishIfClosed();
};

const track = (server: Server): void => {
  if (servers.has(server) || ignored.has(server)) return;
  served = true;
  onServed?.();
  onServed = undefined;
  servers.set(server, Infinity);
  if (!followed.has(server)) followServer(server);
  if (onDrained !== undefined) closeServer(server);
};

const followServer = (server: Server): void => {
  followed.add(server);
  server.once('connection', () => used.add(server));
  server.on(
    'close',
    channel.safely('a server that closes', () => untrack(server)),
  );
  // `errorMonitor` does not handle the error: that is left to the application.
  const emitter: NodeJS.EventEmitter = server;
  const onError = channel.safely('a server that cannot listen', () => {
    if (!server.listening) untrack(server);
  });
  emitter.on(events.errorMonitor, onError);
  connections.follow(server);
};

/** Reports that a server listens, if it listens with a handle of its own (`exclusive`, `reusePort`): node:cluster reports only handles that the master shares. */
const reportListening = (server: Server): void => {
  if (!server.listening || ignored.has(server)) return;
  servers.set(server, clock.now());
  const handle: unknown = Reflect.get(server, '_handle');
  // node:cluster gives shared handles a `close` of their own.
  if (typeof handle !== 'object' || handle === null || Object.hasOwn(handle, 'close')) return;
  if (typeof Reflect.get(handle, 'fd') !== 'number') return;
  const place = server.address();
  if (place === null) return;
  channel.send({
    cmd: 'NODE_PROTEUS_CLUSTER:listening',
    address:
      typeof place === 'string'
        ? { address: place, port: -1, addressType: -1 }
        : { address: place.address, port: place.port, addressType: place.family === 'IPv6' ? 6 : 4 },
  });
};

const untrack = (server: Server): void => {
  const since = servers.get(server) ?? Infinity;
  if (!servers.delete(server)) return;
  finishIfClosed();
  // The application has closed it, and may open another one.
  if (onDrained === undefined && (used.has(server) || clock.now() - since > minListenMs))
    setTimeout(reportServersClosed, reopenTimeoutMs).unref();
};

const reportServersClosed = (): void => {
  if (servers.size === 0 && onDrained === undefined) onServersClosed();
};

/** Stops accepting. `http.Server#close` would also close idle connections, on Node 26 even those that have sent nothing yet. */
const closeServer = (server: Server): void => {
  if (server.listening) net.Server.prototype.close.call(server, () => {});
  // It is about to listen: the master has not answered yet.
  else
    server.once(
      'listening',
      channel.safely('closing a server', () => closeServer(server)),
    );
};

const reportCut = (count: number, why: string): void =>
  channel.send({ cmd: 'NODE_PROTEUS_CLUSTER:cut', connections: count, why });

const finishIfClosed = (): void => {
  if (onDrained === undefined || servers.size > 0 || hasDrained) return;
  hasDrained = true;
  onDrained();
};

const isListening = (message: unknown): message is { readonly server: Server } =>
  typeof message === 'object' && message !== null && 'server' in message && message.server instanceof net.Server;

const isRequest = (
  message: unknown,
): message is { readonly request: IncomingMessage; readonly response: ServerResponse; readonly server: Server } =>
  isListening(message) && 'request' in message && 'response' in message;

export {
  follow,
  drain,
  forgetWaiting,
  whenServed,
  whenServersClosed,
  listeningServers,
  isListeningServer,
  isDraining,
  ignore,
};
