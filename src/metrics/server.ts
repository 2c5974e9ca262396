import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isIP } from 'node:net';
import { Observable } from 'rxjs';
import { answer } from './answer.js';

type What = 'metrics' | 'probes';

/** An address for metrics, probes or both. */
export interface Place {
  readonly port: number;
  readonly host: string;
  readonly serves: readonly What[];
}

const maxConnections = 32;
/** In ms. */
const maxRequestTime = 5_000;
const maxHeaderBytes = 8_192;

/** The servers of this process by port and host, with what is to be answered there, once for each cluster that asks for it. */
const servers = new Map<string, { readonly server: Server; readonly wanted: (readonly What[])[] }>();

/**
 * Answers at a place while it is subscribed; clusters with the same place share the server. Emits the URL when it listens. Never completes; errors if it cannot listen.
 */
export const serve$ = ({ port, host, serves }: Place): Observable<string> =>
  new Observable((subscriber) => {
    // Of port 0, metrics and probes get one each.
    const key = `${host}:${port}:${port === 0 ? serves.join(' ') : ''}`;
    const shared = servers.get(key) ?? open(port, host, key);
    const { server, wanted } = shared;
    wanted.push(serves);
    const listens = () => subscriber.next(urlOf(server));
    // A connection that could not be accepted, for want of descriptors, is no failure of the server.
    const failed = (error: Error) => {
      if (!server.listening) subscriber.error(error);
    };
    server.on('error', failed);
    if (server.listening) listens();
    else server.once('listening', listens);
    subscriber.add(() => {
      server.off('listening', listens);
      wanted.splice(wanted.indexOf(serves), 1);
      if (wanted.length > 0) {
        server.off('error', failed);
        return;
      }
      if (servers.get(key) === shared) servers.delete(key);
      server.close();
      server.closeAllConnections();
    });
  });

const open = (port: number, host: string, key: string) => {
  const wanted: (readonly What[])[] = [];
  const server = createServer(
    { maxHeaderSize: maxHeaderBytes, headersTimeout: maxRequestTime, requestTimeout: maxRequestTime },
    (request, response) => respond(request, response, host, wanted.flat()),
  );
  // Also of a client that does not read its answer.
  server.setTimeout(2 * maxRequestTime);
  server.maxConnections = maxConnections;
  // A port that others use is an error of each cluster that wants it.
  server.setMaxListeners(0);
  server.on('clientError', (_error, socket) => socket.destroy());
  server.listen({ port, host, exclusive: true });
  // The cluster keeps the process alive, and not this server.
  server.unref();
  const entry = { server, wanted };
  servers.set(key, entry);
  return entry;
};

const respond = (request: IncomingMessage, response: ServerResponse, host: string, serves: readonly What[]): void => {
  const { method, url, headers } = request;
  // Nothing that a client sends is read.
  request.resume();
  const {
    status,
    headers: sent,
    body,
  } = isAllowed(headers.host, host)
    ? (answerSafely({ method, url, accept: headers.accept }, serves) ?? nothing(404, 'there is nothing here\n'))
    : nothing(403, 'the Host header names another host\n');
  response.writeHead(status, { ...sent, 'Content-Length': Buffer.byteLength(body) });
  response.end(method === 'HEAD' ? undefined : body);
};

/** What is thrown in a listener would end the master. */
const answerSafely: typeof answer = (request, serves) => {
  try {
    return answer(request, serves);
  } catch (error) {
    return nothing(500, `${error instanceof Error ? error.message : 'unknown'}\n`);
  }
};

const nothing = (status: number, body: string) => ({
  status,
  headers: { 'Content-Type': 'text/plain; charset=utf-8' },
  body,
});

/** A web page can reach a loopback address by a name of its own, and could read the answer. Where other machines can connect too, the host does not matter. */
const isAllowed = (given: string | undefined, host: string): boolean => {
  if (!isLoopback(host)) return true;
  const name = hostOf(given ?? '');
  return name === host.toLowerCase() || isLoopback(name);
};

const isLoopback = (name: string): boolean =>
  name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));

const hostOf = (header: string): string =>
  header
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase();

const urlOf = (server: Server): string => {
  // A server on TCP.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const { address, port } = server.address() as AddressInfo;
  return `http://${isIP(address) === 6 ? `[${address}]` : address}:${port}`;
};
