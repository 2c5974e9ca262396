/**
 * Lets a worker leave without cutting anybody off, and without a line in the application: it accepts no more, answers what is in flight,
 * tells each client that its connection ends, and waits for those that are idle as long as their keep-alive lasts.
 *
 * It finds servers through Node's diagnostics channel and changes none of their methods.
 */
import diagnostics_channel from 'node:diagnostics_channel';
import events from 'node:events';
import type { IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http';
import net from 'node:net';
import type { Drain } from '../../vocabulary/protocol.js';
import * as channel from './masterChannel.js';
import * as connections from './connections.js';
import * as upgrades from './upgrades.js';

type Server = net.Server | HttpServer;

/** How long a server must have listened, or that it must have been used, to count as one of the service and not of a search for a free port. In ms. */
const trial = 1_000;

/** Those that listen, or are about to, and since when they listen. */
const servers = new Map<Server, number>();
/** Those whose connections are followed: a server may close and listen again. */
const followed = new WeakSet<Server>();
const used = new WeakSet<Server>();

let served = false;
let impatient: (() => void) | undefined;
let done: (() => void) | undefined;
let over = false;
let closed = (): void => {};

/** Calls when the application has closed the last of its servers, and has opened none within a second. */
const whenServersClosed = (act: () => void): void => {
  closed = act;
};

/** Calls once it has served: has listened, or means to. */
const whenServed = (act: () => void): void => {
  if (served) act();
  else impatient = act;
};

const subscribe = (name: string, act: (message: unknown) => void): void =>
  diagnostics_channel.subscribe(name, channel.safely(name, act));

/** Begins to follow what listens from now on. */
const follow = (): void => {
  subscribe('tracing:net.server.listen:asyncStart', (message) => {
    if (isListening(message)) adopt(message.server);
  });
  subscribe('tracing:net.server.listen:asyncEnd', (message) => {
    if (isListening(message)) announce(message.server);
  });
  subscribe('http.server.request.start', (message) => {
    if (!isRequest(message)) return;
    const { request, response, server } = message;
    connections.count(request.socket, response, server);
  });
};

/**
 * Begins to drain, once. `finished` is called when all servers have closed and every connection has gone; at once where nothing listens.
 * `grace`: how long idle connections are kept, `cut`: when all that is still open is closed; in ms.
 */
const drain = (how: Drain, finished: () => void): void => {
  if (done !== undefined) return;
  done = finished;
  const grace = Math.min(how.grace ?? connections.patience(servers.keys()), how.cut);
  for (const server of servers.keys()) shut(server);
  connections.end(servers.keys());
  if (how.webSockets) upgrades.say();
  connections.sweep(grace, tellCut);
  setTimeout(
    channel.safely('closing all connections', connections.cut),
    how.cut,
    tellCut,
    `still open ${how.cut} ms after it was asked to leave`,
  ).unref();
  settle();
};

const adopt = (server: Server): void => {
  if (servers.has(server)) return;
  served = true;
  impatient?.();
  impatient = undefined;
  servers.set(server, Infinity);
  if (!followed.has(server)) attend(server);
  if (done !== undefined) shut(server);
};

const attend = (server: Server): void => {
  followed.add(server);
  server.once('connection', () => used.add(server));
  server.on(
    'close',
    channel.safely('a server that closes', () => leave(server)),
  );
  // It could not listen. Who handles that is the application's affair.
  const emitter: NodeJS.EventEmitter = server;
  const fails = channel.safely('a server that cannot listen', () => {
    if (!server.listening) leave(server);
  });
  emitter.on(events.errorMonitor, fails);
  connections.follow(server);
};

/** It listens. Where its handle is its own and not lent by the master (`exclusive`, `reusePort`) node:cluster does not say so. */
const announce = (server: Server): void => {
  if (!server.listening) return;
  servers.set(server, performance.now());
  const handle: unknown = Reflect.get(server, '_handle');
  // node:cluster puts a `close` of its own on what it lends.
  if (typeof handle !== 'object' || handle === null || Object.hasOwn(handle, 'close')) return;
  if (typeof Reflect.get(handle, 'fd') !== 'number') return;
  const place = server.address();
  if (place === null) return;
  channel.say({
    cmd: 'NODE_PROTEUS_CLUSTER:listening',
    address:
      typeof place === 'string'
        ? { address: place, port: -1, addressType: -1 }
        : { address: place.address, port: place.port, addressType: place.family === 'IPv6' ? 6 : 4 },
  });
};

const leave = (server: Server): void => {
  const since = servers.get(server) ?? Infinity;
  if (!servers.delete(server)) return;
  settle();
  // The application has closed it. It may have another one in mind.
  if (done === undefined && (used.has(server) || performance.now() - since > trial)) setTimeout(despair, trial).unref();
};

const despair = (): void => {
  if (servers.size === 0 && done === undefined) closed();
};

/** Only the handle that accepts: an HTTP server's own `close` would cut idle connections, and on Node 26 those that have sent nothing yet. */
const shut = (server: Server): void => {
  if (server.listening) net.Server.prototype.close.call(server, () => {});
  // The master has not answered yet.
  else
    server.once(
      'listening',
      channel.safely('closing a server', () => shut(server)),
    );
};

const tellCut = (count: number, why: string): void =>
  channel.say({ cmd: 'NODE_PROTEUS_CLUSTER:cut', connections: count, why });

const settle = (): void => {
  if (done === undefined || servers.size > 0 || over) return;
  over = true;
  done();
};

const isListening = (message: unknown): message is { readonly server: Server } =>
  typeof message === 'object' && message !== null && 'server' in message && message.server instanceof net.Server;

const isRequest = (
  message: unknown,
): message is { readonly request: IncomingMessage; readonly response: ServerResponse; readonly server: Server } =>
  isListening(message) && 'request' in message && 'response' in message;

export { follow, drain, whenServed, whenServersClosed };
