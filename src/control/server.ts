import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { ListenOptions, Server } from 'node:net';
import { type OpenStreams, openStreams } from './openStreams.js';

const maxConnections = 256;
const maxStreams = 128;
/** How long a client may take for the headers of a request, and for all of it. */
const headersTimeoutMs = 5_000;
const requestTimeoutMs = 10_000;
/** How long a server that closes waits for clients to read the rest. */
const closeTimeoutMs = 1_000;

export interface ControlServer {
  readonly listen: (options: ListenOptions) => Promise<Server>;
  /** Accepts nobody from now on, ends the streams, and cuts what is still open after a second. */
  readonly close: () => void;
}

/** Answers one request. Never throws. */
export type AnswerRequest = (request: IncomingMessage, response: ServerResponse, streams: OpenStreams) => void;

/** A server with limits, that does not listen yet. */
export const controlServer = (answer: AnswerRequest): ControlServer => {
  const streams = openStreams(maxStreams);
  const server = createServer(
    {
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: 1_000,
      maxHeaderSize: 2 ** 14,
    },
    (request, response) => answer(request, response, streams),
  );
  server.maxConnections = maxConnections;
  server.maxRequestsPerSocket = 1;
  return {
    listen: (options) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(options, () => {
          server.off('error', reject);
          // Such as EMFILE while it accepts: the client is refused, and the next may not be.
          server.on('error', () => {});
          // The workers keep the process alive, and this does not.
          server.unref();
          resolve(server);
        });
      }),
    close: () => {
      if (!server.listening) return;
      const timer = setTimeout(() => server.closeAllConnections(), closeTimeoutMs);
      server.close(() => clearTimeout(timer));
      streams.end();
    },
  };
};
