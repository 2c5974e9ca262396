import type { IncomingMessage, ServerResponse } from 'node:http';
import { ConfigError, NotRunningError } from '../index.js';
import type { MetricsAnswer } from '../metrics.js';
import type { Access } from './access.js';
import type { BeginStream, ControlMethod } from './method.js';
import { methods } from './methods.js';
import { outgoing } from './outgoing.js';
import { checkParameters, parametersOf } from './parameters.js';
import { readBody } from './readBody.js';
import { RequestProblem, statuses } from './requestProblem.js';
import type { OpenStreams } from './openStreams.js';
import type { AnswerRequest } from './server.js';

const maxBodyBytes = 2 ** 16;
/** A client that still sends when it has been refused has this long to read why. */
const lingerMs = 500;

/** Answers the requests that are allowed. Each has a connection of its own, so a server that closes only waits for what it still answers. */
export const answerRequest = (access: Access): AnswerRequest =>
  answerSafely(async (request, response, streams) => {
    access(request);
    const [path = '', query = ''] = (request.url ?? '').split('?', 2);
    if (plainPaths.has(path)) {
      const plain = await answerPlainly(request);
      if (plain !== undefined) return sendPlain(request, response, plain);
    }
    await answerMethod(methodAt(path, request.method), query, request, response, streams);
  });

/** Headers that each answer has, and an error as the answer to a request that cannot be carried out. */
export const answerSafely =
  (
    answer: (request: IncomingMessage, response: ServerResponse, streams: OpenStreams) => Promise<void>,
  ): AnswerRequest =>
  (request, response, streams) => {
    response.setHeader('connection', 'close');
    response.setHeader('cache-control', 'no-store');
    response.setHeader('x-content-type-options', 'nosniff');
    response.on('error', () => {});
    answer(request, response, streams).catch((error: unknown) => refuse(request, response, error));
  };

/** Answers a request of a method. Throws `RequestProblem` for parameters that are wrong. */
export const answerMethod = async (
  found: ControlMethod,
  query: string,
  request: IncomingMessage,
  response: ServerResponse,
  streams: OpenStreams,
): Promise<void> => {
  const inUrl = parametersOf(new URLSearchParams(query), found.parameters);
  const given = found.verb === 'GET' ? inUrl : await bodyOf(request, found, inUrl);
  checkParameters(given, found.parameters);
  const answer = await found.handle({ given, lastEventId: lastEventIdOf(request) });
  if ('stream' in answer) beginStream(request, response, answer.stream, streams);
  else sendJson(response, 200, answer.json);
};

/** The method with this path and verb. Throws `RequestProblem` where there is none. */
export const methodAt = (path: string, verb: string | undefined): ControlMethod => {
  const named = methods.filter(({ name }) => path === `/v1/${name}`);
  const found = named.find((method) => method.verb === verb);
  if (found !== undefined) return found;
  if (named.length === 0) {
    const paths = methods.map((method) => `/v1/${method.name}`).join(', ');
    throw new RequestProblem('not-found', `expected one of ${paths}`);
  }
  const allow = named.map((method) => method.verb).join(', ');
  throw new RequestProblem('method-not-allowed', `expected ${allow}`, { allow });
};

const bodyOf = async (request: IncomingMessage, { maxBodyBytes: max = maxBodyBytes }: ControlMethod, inUrl: object) => {
  const [name] = Object.keys(inUrl);
  if (name !== undefined)
    throw new RequestProblem('bad-request', `${name}: expected in the body, as JSON, got in the URL`);
  return readBody(request, max);
};

const lastEventIdOf = ({ headers }: IncomingMessage): number | undefined => {
  const id = headers['last-event-id'];
  return typeof id === 'string' && /^\d{1,15}$/.test(id) ? Number(id) : undefined;
};

const beginStream = (
  request: IncomingMessage,
  response: ServerResponse,
  begin: BeginStream,
  streams: OpenStreams,
): void => {
  // The client has gone meanwhile, and nothing would end its stream.
  if (response.destroyed) return;
  if (streams.isFull()) throw new RequestProblem('unavailable', 'so many streams are open that no more can be');
  const out = outgoing(response, request.headers.accept?.includes('text/event-stream') === true ? 'sse' : 'ndjson');
  const { serverCloses } = begin(out);
  streams.add(response, serverCloses ?? out.end);
};

/** Metrics and probes. They are loaded with the first request, or because the cluster has them. */
const plainPaths: ReadonlySet<string> = new Set(['/metrics', '/livez', '/readyz', '/startupz']);

const answerPlainly = async ({ method, url, headers }: IncomingMessage): Promise<MetricsAnswer | undefined> => {
  const { answer } = await import('../metrics.js');
  return answer({ method, url, accept: headers.accept });
};

/** Text, without a body in the request. */
const sendPlain = (
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: MetricsAnswer,
): void => {
  request.resume();
  response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) });
  response.end(request.method === 'HEAD' ? undefined : body);
};

/** Answers with a value. */
export const sendJson = (response: ServerResponse, status: number, value: unknown): void => {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(value)}\n`);
};

const refuse = (request: IncomingMessage, response: ServerResponse, error: unknown): void => {
  const { code, message, headers } = problemOf(error);
  if (response.headersSent || response.destroyed) return void response.destroy();
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  sendJson(response, statuses[code], { error: { code, message } });
  if (request.complete) return;
  // What it still sends is not kept.
  request.resume();
  const timer = setTimeout(() => request.destroy(), lingerMs);
  request.once('close', () => clearTimeout(timer));
};

const problemOf = (error: unknown): RequestProblem => {
  if (error instanceof RequestProblem) return error;
  if (error instanceof ConfigError) return new RequestProblem('bad-request', error.message);
  if (error instanceof NotRunningError) return new RequestProblem('not-found', error.message);
  return new RequestProblem('internal', error instanceof Error ? error.message : 'unknown');
};
