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
  /** Responses that have not ended, in the order of their requests. */
  readonly answering: Set<ServerResponse>;
  /** When the last answer ended. */
  idleSince: number;
  /** What had been read by then. If more has been read since, and no request has begun, it is a part of a request. */
  bytesReadWhenIdle: number;
  /** Bytes read and written at the last sweep. */
  bytesAtLastSweep: number;
}

/** Called with the number of connections that were closed, and the reason. */
type Report = (connections: number, why: string) => void;

/** Node's default for `keepAliveTimeout`, in ms. */
const defaultKeepAliveMs = 5_000;
/** Added to the keep-alive timeout, because a request may be on its way when that ends. In ms. */
const keepAliveMarginMs = 1_000;
/** How long nothing must have passed on an idle connection before it is closed, in ms. */
const silenceMs = 1_000;
/** How much earlier than asked a timer may fire, in ms. */
const timerToleranceMs = 20;
const timeoutResponse = 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n';

/** The connections that are closed when the worker leaves. Before it leaves, only those that Node does not list. */
const connections = new Map<Socket, Connection>();
/**
 * Connections with a pending response whose server does not listen: something else accepted them and passed them to the server. Their responses get `Connection: close`; to close
 * them is left to what accepted them.
 */
const handedOver = new Map<Socket, Connection>();
const http2Sessions = new Set<ServerHttp2Session>();
const followed = new WeakSet<Server>();
/** Servers that have had an HTTP/2 session. Without TLS all their connections are sessions, with TLS those that negotiated `h2`. */
const http2Servers = new WeakSet<Server>();
/** Servers without `keepAliveTimeout` that have received an HTTP/1 request. */
const http1Servers = new WeakSet<Server>();
/** The TCP sockets below TLS connections. */
const tlsTransports = new WeakSet<Socket>();
/** Responses to pipelined requests, which wait for the one before them. Node has them in a place that is not accessible. */
const pipelined = new WeakMap<Socket, readonly ServerResponse[]>();
/** Responses that this file gave the header `Connection: close`. */
const closingResponses = new WeakSet<ServerResponse>();
/** Connections end with their last response: the worker leaves, or is out of rotation. */
let ending = false;
/** The listeners that track new connections. */
const trackers = new Map<Server, (socket: Socket) => void>();

/** Follows the connections of a server. If Node lists the open ones, that begins only when the worker leaves. */
const follow = (server: Server): void => {
  followed.add(server);
  if (ending || nodeState.openHandles() === undefined) trackNew(server);
  server.on('close', () => {
    // With a list, the listener is removed when connections are kept again: until then the server may listen anew.
    if (nodeState.openHandles() === undefined) trackers.delete(server);
  });
  const onTls = channel.safely('a TLS connection', (socket: TLSSocket) => {
    // An internal name of Node. Without it the TCP socket is closed with all others at the end of the drain.
    const transport: unknown = Reflect.get(socket, '_parent');
    if (nodeState.isSocket(transport)) tlsTransports.add(transport);
    track(socket, server);
  });
  server.on('secureConnection', onTls);
  const onSession = channel.safely('an HTTP/2 session', (session: ServerHttp2Session) => {
    http2Servers.add(server);
    http2Sessions.add(session);
    session.once('close', () => http2Sessions.delete(session));
    if (ending) session.close();
  });
  server.on('session', onSession);
  upgrades.follow(server);
};

/** Tracks each new connection of a server. */
const trackNew = (server: Server): void => {
  if (trackers.has(server)) return;
  const onConnection = channel.safely('a connection', (socket: Socket) => {
    if (!connections.has(socket)) track(socket, server);
  });
  trackers.set(server, onConnection);
  server.on('connection', onConnection);
};

const track = (socket: Socket, server: Server, bytesRead = socket.bytesRead): void => {
  connections.set(socket, newConnection(server, bytesRead));
  socket.once('close', () => connections.delete(socket));
};

/** `bytesRead`: what had been read before its first request. */
const newConnection = (server: Server, bytesRead: number): Connection => ({
  server,
  answering: new Set(),
  idleSince: 0,
  bytesReadWhenIdle: bytesRead,
  bytesAtLastSweep: -1,
});

/**
 * Called for each request of the application. It does almost nothing before the worker leaves, because what is being answered can be read from Node's
 * state then.
 */
const onRequest = (socket: Socket, response: ServerResponse, server: Server): void => {
  if (server.keepAliveTimeout === undefined) http1Servers.add(server);
  if (ending) {
    const connection = connections.get(socket) ?? handedOver.get(socket) ?? newConnection(server, socket.bytesRead);
    if (!connections.has(socket)) handedOver.set(socket, connection);
    followResponse(response, socket, connection);
    setConnectionClose(connection);
  } else if (nodeState.responseOf(socket) !== undefined) {
    pipelined.set(socket, [...(pipelined.get(socket) ?? []).filter(isUnfinished), response]);
  }
};

const isUnfinished = ({ writableFinished }: ServerResponse): boolean => !writableFinished;

/** Follows a response to its end. */
const followResponse = (response: ServerResponse, socket: Socket, connection: Connection): void => {
  const { answering } = connection;
  // It has been followed since this worker was out of rotation before.
  if (answering.has(response)) return;
  answering.add(response);
  response.once('close', () => {
    answering.delete(response);
    if (answering.size > 0) return;
    handedOver.delete(socket);
    connection.idleSince = performance.now();
    connection.bytesReadWhenIdle = socket.bytesRead;
    connection.bytesAtLastSweep = -1;
  });
};

/** Gives the last response of a connection the header `Connection: close`. Only the last one, because Node sends nothing after it. */
const setConnectionClose = ({ answering }: Connection): void => {
  let remaining = answering.size;
  for (const response of answering) {
    remaining -= 1;
    if (response.headersSent) continue;
    if (remaining === 0 && response.shouldKeepAlive) {
      response.shouldKeepAlive = false;
      closingResponses.add(response);
    } else if (remaining > 0 && closingResponses.delete(response)) {
      response.shouldKeepAlive = true;
    }
  }
};

/** From now on each connection ends with its last response. `servers`: those that listen. */
const endWithLastAnswer = (servers: Iterable<Server>): void => {
  ending = true;
  if (nodeState.openHandles() !== undefined) for (const server of servers) trackNew(server);
  for (const socket of (nodeState.openHandles() ?? []).filter(nodeState.isSocket)) trackOpen(socket);
  const isBetweenRequests = nodeState.betweenRequests();
  for (const [socket, connection] of connections) takeState(socket, connection, isBetweenRequests);
  for (const map of [connections, handedOver]) for (const connection of map.values()) setConnectionClose(connection);
  for (const session of http2Sessions) session.close();
};

/** From now on connections are kept again. Those whose client has been told of the end still end. */
const keepOpen = (): void => {
  ending = false;
  for (const map of [connections, handedOver]) {
    for (const { answering } of map.values()) {
      for (const response of answering) {
        if (!response.headersSent && closingResponses.delete(response)) response.shouldKeepAlive = true;
      }
    }
  }
  if (nodeState.openHandles() === undefined) return;
  for (const [server, onConnection] of trackers) server.off('connection', onConnection);
  trackers.clear();
};

/** Tracks a connection that was open before the worker began to leave. */
const trackOpen = (socket: Socket): void => {
  if (connections.has(socket)) return;
  const server = nodeState.serverOf(socket);
  if (server === undefined) return;
  if (followed.has(server)) track(socket, server, 0);
  else if (nodeState.responseOf(socket) !== undefined) {
    const connection = handedOver.get(socket) ?? newConnection(server, socket.bytesRead);
    handedOver.set(socket, connection);
    for (const response of unfinishedOf(socket)) followResponse(response, socket, connection);
  }
};

/** Reads from Node which responses of a connection have not ended, and whether a part of a request has been read. */
const takeState = (
  socket: Socket,
  connection: Connection,
  isBetweenRequests: (socket: Socket, server: Server) => boolean,
): void => {
  const responses = unfinishedOf(socket);
  for (const response of responses) followResponse(response, socket, connection);
  const isPartlyRead =
    responses.length === 0 &&
    socket.bytesRead > connection.bytesReadWhenIdle &&
    !isBetweenRequests(socket, connection.server);
  if (!isPartlyRead) connection.bytesReadWhenIdle = socket.bytesRead;
};

const unfinishedOf = (socket: Socket): readonly ServerResponse[] => {
  const current = nodeState.responseOf(socket);
  const waiting = (pipelined.get(socket) ?? []).filter((response) => response !== current);
  return [...(current === undefined ? [] : [current]), ...waiting].filter(isUnfinished);
};

/** How long idle connections are kept by default: the longest keep-alive timeout of the servers and a margin. */
const defaultGraceMs = (servers: Iterable<Server>): number =>
  Math.max(defaultKeepAliveMs, ...Array.from(servers, ({ keepAliveTimeout = 0 }) => keepAliveTimeout)) +
  keepAliveMarginMs;

/**
 * Closes connections that have been idle for `grace` ms and on which nothing has passed since the last sweep. Repeats until the returned function is called.
 * Without `report`, connections with a part of a request stay open.
 */
const closeIdle = (grace: number, report?: Report): (() => void) => {
  let timer: NodeJS.Timeout;
  const startedAt = performance.now();
  const sweep = channel.safely('closing idle connections', (): void => {
    timer = setTimeout(sweep, silenceMs).unref();
    const now = performance.now();
    let halfRequests = 0;
    for (const [socket, connection] of connections) {
      if (!isIdle(socket, connection)) continue;
      const bytes = socket.bytesRead + socket.bytesWritten;
      const silent = connection.bytesAtLastSweep === bytes;
      connection.bytesAtLastSweep = bytes;
      if (!silent || now < Math.max(startedAt, connection.idleSince) + grace - timerToleranceMs) continue;
      if (hasHalfRequest(socket, connection)) {
        if (report === undefined) continue;
        halfRequests += 1;
        if (socket.writable) socket.write(timeoutResponse);
        socket.destroySoon();
      } else {
        socket.destroy();
      }
    }
    if (halfRequests > 0) report?.(halfRequests, `half a request had come, and nothing for ${silenceMs} ms`);
  });
  timer = setTimeout(sweep, Math.max(0, grace - silenceMs)).unref();
  return () => clearTimeout(timer);
};

/** Whether no request is in progress, by the protocol of the server. For raw TCP that is known only as long as no byte has passed. */
const isIdle = (socket: Socket, { server, answering }: Connection): boolean => {
  if (answering.size > 0 || upgrades.isUpgraded(socket) || tlsTransports.has(socket)) return false;
  if (isSession(socket, server)) return false;
  return isHttp(server) || (server.setSecureContext !== undefined && !isSecure(socket)) || !hasBegun(socket);
};

/** Whether the beginning of a request has been read. */
const hasHalfRequest = (socket: Socket, { server, bytesReadWhenIdle: read }: Connection): boolean =>
  isHttp(server) && isSecure(socket) === (server.setSecureContext !== undefined) && socket.bytesRead > read;

const isHttp = (server: Server): boolean => server.keepAliveTimeout !== undefined || http1Servers.has(server);
const isSecure = (socket: Socket): boolean => 'encrypted' in socket;
const hasBegun = ({ bytesRead, bytesWritten }: Socket): boolean => bytesRead > 0 || bytesWritten > 0;
const isSession = (socket: Socket, server: Server): boolean =>
  http2Servers.has(server) && ('alpnProtocol' in socket ? socket.alpnProtocol === 'h2' : true);

/** Closes all connections. */
const closeAll = (report: Report, why: string): void => {
  let open = 0;
  for (const session of http2Sessions) session.destroy();
  for (const socket of connections.keys()) {
    if (!tlsTransports.has(socket)) open += 1;
    socket.destroy();
  }
  if (open > 0) report(open, why);
};

/** How many connections of servers are open, and on how many requests the answer has not ended. */
const countOpen = (): { readonly connections: number; readonly inFlight: number } => {
  const accepted = (nodeState.openHandles() ?? [])
    .filter(nodeState.isSocket)
    .filter((socket) => nodeState.serverOf(socket) !== undefined);
  const open = Array.from(new Set([...connections.keys(), ...accepted])).filter((socket) => !tlsTransports.has(socket));
  return {
    connections: open.length,
    inFlight: open.reduce((sum, socket) => sum + unfinishedOf(socket).length, 0),
  };
};

export { follow, countOpen, onRequest, endWithLastAnswer, keepOpen, defaultGraceMs, closeIdle, closeAll };
