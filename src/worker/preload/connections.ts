/** The connections of a worker: which of them wait for an answer, which are idle, and since when. */
import type { ServerResponse } from 'node:http';
import type { ServerHttp2Session } from 'node:http2';
import type { Server as PlainServer, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import * as channel from './masterChannel.js';
import * as upgrades from './upgrades.js';

/** What is known of some servers and not of others. */
interface Server extends PlainServer {
  /** Of one that speaks HTTP/1. */
  readonly keepAliveTimeout?: number;
  /** Of one that speaks TLS. */
  readonly setSecureContext?: unknown;
}

interface Connection {
  readonly server: Server;
  /** In the order of their requests. */
  readonly answering: Set<ServerResponse>;
  /** When the last answer ended. */
  idle: number;
  /** How much had been read by then: what is more is half a request. */
  read: number;
  /** How much had passed at the last look. */
  passed: number;
}

/** Closes what it has to close, and says how many and why. */
type Report = (connections: number, why: string) => void;

/** What Node gives an idle connection where nothing else is said, in ms. */
const usual = 5_000;
/** How much longer than that: a request may be on its way when it is over. Also how long an idle connection must be silent. In ms. */
const margin = 1_000;
/** Timers may be early by a little. In ms. */
const blur = 20;
const late = 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n';

const connections = new Map<Socket, Connection>();
/** Those of servers that do not listen, but are handed connections by somebody else, while they answer: their clients are told, and all else is that one's affair. */
const handed = new Map<Socket, Connection>();
const sessions = new Set<ServerHttp2Session>();
/** Those that have begun a session: all their connections are sessions then, or, over TLS, those that agreed on it. */
const multiplexing = new WeakSet<Server>();
/** Those that have had a request of HTTP/1. */
const asked = new WeakSet<Server>();
/** The sockets below a TLS connection. */
const secured = new WeakSet<Socket>();
/** Answers that say that their connection ends because the worker leaves. */
const last = new WeakSet<ServerResponse>();
let leaving = false;

/** Begins to follow the connections of a server. */
const follow = (server: Server): void => {
  const opens = channel.safely('a connection', (socket: Socket) => track(socket, server));
  server.on('connection', opens);
  const isSecured = channel.safely('a TLS connection', (socket: TLSSocket) => {
    // Node's own name for it. Without it the socket below is left to the cut.
    const below: unknown = Reflect.get(socket, '_parent');
    if (isSocket(below)) secured.add(below);
    track(socket, server);
  });
  server.on('secureConnection', isSecured);
  const begins = channel.safely('an HTTP/2 session', (session: ServerHttp2Session) => {
    multiplexing.add(server);
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    if (leaving) session.close();
  });
  server.on('session', begins);
  upgrades.heed(server);
};

const track = (socket: Socket, server: Server): void => {
  connections.set(socket, opened(socket, server));
  socket.once('close', () => connections.delete(socket));
};

const opened = ({ bytesRead: read }: Socket, server: Server): Connection => ({
  server,
  answering: new Set(),
  idle: 0,
  read,
  passed: -1,
});

/** A request has come. */
const count = (socket: Socket, response: ServerResponse, server: Server): void => {
  const connection = connections.get(socket) ?? handed.get(socket) ?? opened(socket, server);
  if (!connections.has(socket)) handed.set(socket, connection);
  const { answering } = connection;
  asked.add(server);
  answering.add(response);
  response.once('close', () => {
    answering.delete(response);
    if (answering.size > 0) return;
    handed.delete(socket);
    connection.idle = performance.now();
    connection.read = socket.bytesRead;
    connection.passed = -1;
  });
  if (leaving) announce(connection);
};

/** The client hears that no other request is taken on this connection: with the last answer, since Node sends none after that. */
const announce = ({ answering }: Connection): void => {
  let further = answering.size;
  for (const response of answering) {
    further -= 1;
    if (response.headersSent) continue;
    if (further === 0 && response.shouldKeepAlive) {
      response.shouldKeepAlive = false;
      last.add(response);
    } else if (further > 0 && last.delete(response)) {
      response.shouldKeepAlive = true;
    }
  }
};

/** From now on each connection ends with its last answer. */
const end = (): void => {
  leaving = true;
  for (const open of [connections, handed]) for (const connection of open.values()) announce(connection);
  for (const session of sessions) session.close();
};

/** How long idle connections are kept where nothing else is said: as long as their clients have been promised, and a little longer. */
const patience = (servers: Iterable<Server>): number =>
  Math.max(usual, ...Array.from(servers, ({ keepAliveTimeout = 0 }) => keepAliveTimeout)) + margin;

/** Closes, again and again, connections that have been idle for `grace` ms, and silent since the last look. */
const sweep = (grace: number, report: Report): void => {
  const begun = performance.now();
  const look = channel.safely('closing idle connections', (): void => {
    setTimeout(look, margin).unref();
    const now = performance.now();
    let halves = 0;
    for (const [socket, connection] of connections) {
      if (!isIdle(socket, connection)) continue;
      const passed = socket.bytesRead + socket.bytesWritten;
      const silent = connection.passed === passed;
      connection.passed = passed;
      if (!silent || now < Math.max(begun, connection.idle) + grace - blur) continue;
      if (isHalf(socket, connection)) {
        halves += 1;
        if (socket.writable) socket.write(late);
        socket.destroySoon();
      } else {
        socket.destroy();
      }
    }
    if (halves > 0) report(halves, `half a request had come, and nothing for ${margin} ms`);
  });
  setTimeout(look, Math.max(0, grace - margin)).unref();
};

/** Nothing is under way on it, by the protocol of its server. Nobody knows that of raw TCP, unless not a byte has passed. */
const isIdle = (socket: Socket, { server, answering }: Connection): boolean => {
  if (answering.size > 0 || upgrades.has(socket) || secured.has(socket)) return false;
  if (isSession(socket, server)) return false;
  return isHttp(server) || (server.setSecureContext !== undefined && !isSecure(socket)) || !hasBegun(socket);
};

const isHalf = (socket: Socket, { server, read }: Connection): boolean =>
  isHttp(server) && isSecure(socket) === (server.setSecureContext !== undefined) && socket.bytesRead > read;

const isHttp = (server: Server): boolean => server.keepAliveTimeout !== undefined || asked.has(server);
const isSecure = (socket: Socket): boolean => 'encrypted' in socket;
const hasBegun = ({ bytesRead, bytesWritten }: Socket): boolean => bytesRead > 0 || bytesWritten > 0;
const isSession = (socket: Socket, server: Server): boolean =>
  multiplexing.has(server) && ('alpnProtocol' in socket ? socket.alpnProtocol === 'h2' : true);

/** Closes all that is open. */
const cut = (report: Report, why: string): void => {
  let open = 0;
  for (const session of sessions) session.destroy();
  for (const socket of connections.keys()) {
    if (!secured.has(socket)) open += 1;
    socket.destroy();
  }
  if (open > 0) report(open, why);
};

const isSocket = (value: unknown): value is Socket =>
  typeof value === 'object' && value !== null && 'bytesRead' in value;

export { follow, count, end, patience, sweep, cut };
