/**
 * What Node knows of the connections of this process, read when the worker begins to leave rather than recorded for each request. Node has no
 * public names for it, so every function here has an answer for the case that Node does not have it.
 */
import type { ServerResponse } from 'node:http';
import type { Server as PlainServer, Socket } from 'node:net';

/** What is known of some servers and not of others. */
export interface Server extends PlainServer {
  /** Of one that speaks HTTP/1. */
  readonly keepAliveTimeout?: number;
  /** Of one that speaks TLS. */
  readonly setSecureContext?: unknown;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const isSocket = (value: unknown): value is Socket => isObject(value) && 'bytesRead' in value;

const isServer = (value: unknown): value is Server => isObject(value) && 'listening' in value;

const isResponse = (value: unknown): value is ServerResponse => isObject(value) && 'shouldKeepAlive' in value;

/** Everything that is open and holds the process: servers, sockets, pipes. A TLS connection is there as the socket below it. */
const openHandles = (): readonly unknown[] | undefined => {
  const list: unknown = Reflect.get(process, '_getActiveHandles');
  const handles: unknown = typeof list === 'function' ? list.call(process) : undefined;
  return Array.isArray(handles) ? handles : undefined;
};

/** The server that accepted the connection, or that was handed it. */
const serverOf = (socket: Socket): Server | undefined =>
  [Reflect.get(socket, '_server'), Reflect.get(socket, 'server')].find(isServer);

/** The response that is being written to the connection. Further ones wait for it if requests are pipelined. */
const responseOf = (socket: Socket): ServerResponse | undefined => {
  const response: unknown = Reflect.get(socket, '_httpMessage');
  return isResponse(response) ? response : undefined;
};

/** Tells whether what a connection has sent ends with a whole request. True where Node does not say. */
const betweenRequests = (): ((socket: Socket, server: Server) => boolean) => {
  const idle = new Map<Server, ReadonlySet<unknown> | undefined>();
  return (socket, server) => {
    if (!idle.has(server)) idle.set(server, idleParsers(server));
    const parsers = idle.get(server);
    const parser: unknown = Reflect.get(socket, 'parser');
    return parsers === undefined || !isObject(parser) || parsers.has(parser);
  };
};

const idleParsers = (server: Server): ReadonlySet<unknown> | undefined => {
  const key = Object.getOwnPropertySymbols(server).find(({ description }) => description === 'http.server.connections');
  const list: unknown = key === undefined ? undefined : Reflect.get(server, key);
  const idle: unknown = isObject(list) && 'idle' in list && typeof list.idle === 'function' ? list.idle() : undefined;
  return Array.isArray(idle) ? new Set(idle) : undefined;
};

export { isSocket, openHandles, serverOf, responseOf, betweenRequests };
