/**
 * Reads Node's state of the connections of this process when the worker begins to leave, so that nothing has to be recorded for each request. These are internals of
 * Node, so every function here works also if they are missing.
 */
import type { ServerResponse } from 'node:http';
import type { Server as PlainServer, Socket } from 'node:net';

/** A server with the properties of some kinds of server. */
export interface Server extends PlainServer {
  /** Present if it speaks HTTP/1. */
  readonly keepAliveTimeout?: number;
  /** Present if it speaks TLS. */
  readonly setSecureContext?: unknown;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const isSocket = (value: unknown): value is Socket => isObject(value) && 'bytesRead' in value;

const isServer = (value: unknown): value is Server => isObject(value) && 'listening' in value;

const isResponse = (value: unknown): value is ServerResponse => isObject(value) && 'shouldKeepAlive' in value;

/** Everything that keeps the process alive: servers, sockets, pipes. A TLS connection appears as the TCP socket below it. `undefined` if Node does not list them. */
const openHandles = (): readonly unknown[] | undefined => {
  const list: unknown = Reflect.get(process, '_getActiveHandles');
  const handles: unknown = typeof list === 'function' ? list.call(process) : undefined;
  return Array.isArray(handles) ? handles : undefined;
};

/** The server that accepted the connection, or that it was passed to. */
const serverOf = (socket: Socket): Server | undefined =>
  [Reflect.get(socket, '_server'), Reflect.get(socket, 'server')].find(isServer);

/** The response that is being written to the connection. Further ones wait for it if requests are pipelined. */
const responseOf = (socket: Socket): ServerResponse | undefined => {
  const response: unknown = Reflect.get(socket, '_httpMessage');
  return isResponse(response) ? response : undefined;
};

/** Creates a function that returns whether what a connection has sent ends with a complete request; true if Node does not know. */
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
