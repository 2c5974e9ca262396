import { type IncomingMessage, type OutgoingHttpHeaders, request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { methodAt, RequestProblem } from '../../control.js';
import type { MethodRequest, ShownMaster } from './answerPage.js';
import type { History } from './history.js';

/** Where a master is reached: its control socket, or its control server on TCP with the token for it. */
export type MasterPlace =
  | { readonly id: string; readonly path: string }
  | { readonly id: string; readonly url: URL; readonly token: string };

/** A master of another process: requests are passed on to its control server. */
export const forwarded = (place: MasterPlace, history: History | undefined): ShownMaster => ({
  id: place.id,
  history: () => history?.series() ?? [],
  answer: async (asked) => {
    // What no control server has is refused here, and so is everything that is no method, such as its metrics.
    methodAt(asked.path, asked.request.method);
    if (asked.streams.isFull()) throw new RequestProblem('unavailable', 'so many streams are open that no more can be');
    const answer = await ask(place, asked);
    const { response, streams } = asked;
    if (response.destroyed) {
      answer.destroy();
      return;
    }
    if (answer.statusCode === 401) {
      answer.destroy();
      // The page would take it for an answer about its own token.
      throw new RequestProblem('unavailable', `the master ${place.id} refuses the token that this server has for it`);
    }
    response.writeHead(answer.statusCode ?? 502, taken(answer.headers, ['content-type', 'allow']));
    response.flushHeaders();
    streams.add(response, () => response.end());
    response.once('close', () => answer.destroy());
    // A connection that breaks off ends the answer without its last chunk, which tells the page so.
    answer.once('error', () => response.destroy());
    answer.pipe(response);
  },
});

/** How long the answer to a question may take to begin: a master that is stopped accepts connections. An action may wait for workers. */
const silentAfterMs = 5_000;

/** Resolves when the answer begins. Rejects with `RequestProblem` where the master does not answer. */
const ask = (place: MasterPlace, { path, query, request, response }: MethodRequest): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const send = 'url' in place && place.url.protocol === 'https:' ? httpsRequest : httpRequest;
    const asked = send({
      ...whereOf(place),
      method: request.method,
      path: query === '' ? path : `${path}?${query}`,
      agent: false,
      headers: {
        ...taken(request.headers, ['accept', 'content-type', 'content-length', 'last-event-id']),
        ...('token' in place && { authorization: `Bearer ${place.token}` }),
      },
    });
    // What is left to do is to end it: the client has gone.
    response.once('close', () => asked.destroy());
    const silent = new Error(`nothing has come for ${silentAfterMs} ms`);
    const timer = request.method === 'POST' ? undefined : setTimeout(() => asked.destroy(silent), silentAfterMs);
    asked.once('response', (answer) => {
      clearTimeout(timer);
      resolve(answer);
    });
    asked.on('error', (error) => {
      clearTimeout(timer);
      reject(new RequestProblem('unavailable', `the master ${place.id} does not answer: ${error.message}`));
    });
    request.pipe(asked);
  });

const whereOf = (place: MasterPlace): RequestOptions =>
  'path' in place
    ? { socketPath: place.path, host: 'localhost' }
    : { host: place.url.hostname.replaceAll(/^\[|\]$/g, ''), port: place.url.port };

const taken = (headers: OutgoingHttpHeaders, names: readonly string[]): OutgoingHttpHeaders =>
  Object.fromEntries(names.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])));
