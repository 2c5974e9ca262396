/** The connections of a worker: which of them wait for an answer, which are idle, and since when. */
import type { ServerResponse } from 'node:http';
import type { ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import * as channel from './masterChannel.js';
import * as nodeState from './nodeState.js';
import type { Server } from './nodeState.js';
import * as upgrades from './upgrades.js';

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

/** Those that are looked after from when the worker leaves; before that only those that Node's own list does not lead to. */
const connections = new Map<Socket, Connection>();
/** Those of servers that do not listen, but are handed connections by somebody else, while they answer: their clients are told, and all else is that one's affair. */
const handed = new Map<Socket, Connection>();
const sessions = new Set<ServerHttp2Session>();
const followed = new WeakSet<Server>();
/** Those that have begun a session: all their connections are sessions then, or, over TLS, those that agreed on it. */
const multiplexing = new WeakSet<Server>();
/** Those that do not say that they speak HTTP/1, and have had a request of it. */
const asked = new WeakSet<Server>();
/** The sockets below a TLS connection. */
const secured = new WeakSet<Socket>();
/** Responses to pipelined requests, which wait for the one before them. Node keeps them where nobody can look. */
const pipelined = new WeakMap<Socket, readonly ServerResponse[]>();
/** Answers that say that their connection ends because the worker leaves. */
const last = new WeakSet<ServerResponse>();
let leaving = false;

/** Begins to follow the connections of a server: where Node lists what is open, not before the worker leaves. */
const follow = (server: Server): void => {
  followed.add(server);
  if (leaving || nodeState.openHandles() === undefined) watch(server);
  const isSecured = channel.safely('a TLS connection', (socket: TLSSocket) => {
    // Node's own name for it. Without it the socket below is left to the cut.
    const below: unknown = Reflect.get(socket, '_parent');
    if (nodeState.isSocket(below)) secured.add(below);
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

/** Follows each connection from its start. */
const watch = (server: Server): void => {
  const opens = channel.safely('a connection', (socket: Socket) => {
    if (!connections.has(socket)) track(socket, server);
  });
  server.on('connection', opens);
};

const track = (socket: Socket, server: Server, read = socket.bytesRead): void => {
  connections.set(socket, opened(server, read));
  socket.once('close', () => connections.delete(socket));
};

/** `read`: how much had been read of it before its first request. */
const opened = (server: Server, read: number): Connection => ({
  server,
  answering: new Set(),
  idle: 0,
  read,
  passed: -1,
});

/**
 * A request has come. This runs for each request of the application, so it does next to nothing before the worker leaves: Node itself knows
 * what is being answered.
 */
const count = (socket: Socket, response: ServerResponse, server: Server): void => {
  if (server.keepAliveTimeout === undefined) asked.add(server);
  if (leaving) {
    const connection = connections.get(socket) ?? handed.get(socket) ?? opened(server, socket.bytesRead);
    if (!connections.has(socket)) handed.set(socket, connection);
    expect(response, socket, connection);
    announce(connection);
  } else if (nodeState.responseOf(socket) !== undefined) {
    pipelined.set(socket, [...(pipelined.get(socket) ?? []).filter(isUnfinished), response]);
  }
};

const isUnfinished = ({ writableFinished }: ServerResponse): boolean => !writableFinished;

/** Follows a response to its end. */
const expect = (response: ServerResponse, socket: Socket, connection: Connection): void => {
  const { answering } = connection;
  answering.add(response);
  response.once('close', () => {
    answering.delete(response);
    if (answering.size > 0) return;
    handed.delete(socket);
    connection.idle = performance.now();
    connection.read = socket.bytesRead;
    connection.passed = -1;
  });
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

/** From now on each connection ends with its last answer. `servers`: those that listen. */
const end = (servers: Iterable<Server>): void => {
  leaving = true;
  if (nodeState.openHandles() !== undefined) for (const server of servers) watch(server);
  for (const socket of (nodeState.openHandles() ?? []).filter(nodeState.isSocket)) find(socket);
  const between = nodeState.betweenRequests();
  for (const [socket, connection] of connections) resume(socket, connection, between);
  for (const open of [connections, handed]) for (const connection of open.values()) announce(connection);
  for (const session of sessions) session.close();
};

/** Takes up a connection of Node's list. */
const find = (socket: Socket): void => {
  if (connections.has(socket)) return;
  const server = nodeState.serverOf(socket);
  if (server === undefined) return;
  if (followed.has(server)) track(socket, server, 0);
  else if (nodeState.responseOf(socket) !== undefined) {
    const connection = opened(server, socket.bytesRead);
    handed.set(socket, connection);
    for (const response of unfinishedOf(socket)) expect(response, socket, connection);
  }
};

/** Goes on from what Node knows of a connection. */
const resume = (
  socket: Socket,
  connection: Connection,
  isBetweenRequests: (socket: Socket, server: Server) => boolean,
): void => {
  const responses = unfinishedOf(socket);
  for (const response of responses) expect(response, socket, connection);
  const isHalfRead =
    responses.length === 0 && socket.bytesRead > connection.read && !isBetweenRequests(socket, connection.server);
  if (!isHalfRead) connection.read = socket.bytesRead;
};

const unfinishedOf = (socket: Socket): readonly ServerResponse[] => {
  const current = nodeState.responseOf(socket);
  const waiting = (pipelined.get(socket) ?? []).filter((response) => response !== current);
  return [...(current === undefined ? [] : [current]), ...waiting].filter(isUnfinished);
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

/** How many connections of servers are open, and on how many requests the answer has not ended. */
const census = (): { readonly connections: number; readonly inFlight: number } => {
  const accepted = (nodeState.openHandles() ?? [])
    .filter(nodeState.isSocket)
    .filter((socket) => nodeState.serverOf(socket) !== undefined);
  const open = Array.from(new Set([...connections.keys(), ...accepted])).filter((socket) => !secured.has(socket));
  return {
    connections: open.length,
    inFlight: open.reduce((sum, socket) => sum + unfinishedOf(socket).length, 0),
  };
};

export { follow, census, count, end, patience, sweep, cut };
