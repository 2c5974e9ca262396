import type { IncomingMessage, RequestOptions } from 'node:http';
import { ControlError } from './controlError.js';

/** Where a control server listens: a Unix socket, or a URL with the token for it. */
export type Endpoint = { readonly path: string } | { readonly url: URL; readonly token: string };

/** A value that can be part of a query or a body. `undefined` leaves it out. */
export type Parameters = Readonly<Record<string, unknown>>;

export interface ControlRequest {
  readonly method: 'GET' | 'POST';
  /** Below `/v1/`. */
  readonly name: string;
  readonly parameters?: Parameters;
  /** How long the answer may take to begin, in ms. Default: for ever. */
  readonly timeout?: number | undefined;
}

/**
 * The parts of an answer that is a stream of JSON values, one a line. The request is sent when the first part is asked for. `return` ends it at once, also while a part is being waited for.
 */
export const readStream = (endpoint: Endpoint, request: ControlRequest): AsyncIterableIterator<unknown, undefined> => {
  const stop = new AbortController();
  const parts = partsOf(endpoint, request, stop.signal);
  const done = { done: true, value: undefined } as const;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: async () => {
      try {
        const { done: ended = false, value } = await parts.next();
        return ended ? done : { done: false, value };
      } catch (error) {
        if (stop.signal.aborted) return done;
        throw error;
      }
    },
    return: async () => {
      stop.abort();
      return done;
    },
  };
};

async function* partsOf(
  endpoint: Endpoint,
  request: ControlRequest,
  stop: AbortSignal,
): AsyncGenerator<unknown, undefined, void> {
  if (stop.aborted) return undefined;
  const response = await send(endpoint, request, stop);
  try {
    for await (const line of linesOf(response)) {
      if (line === '') continue;
      const part = parse(line);
      const problem = problemIn(part);
      if (problem !== undefined) throw new ControlError(problem.code, problem.message);
      yield part;
    }
  } finally {
    response.destroy();
  }
  return undefined;
}

/** The answer that is one JSON value. */
export const readJson = async (endpoint: Endpoint, request: ControlRequest): Promise<unknown> => {
  const response = await send(endpoint, request);
  const { timeout } = request;
  // A master may be stopped between the head of an answer and its end.
  if (timeout !== undefined) response.setTimeout(timeout, () => response.destroy(silence(endpoint, timeout)));
  return parse(await textOf(response));
};

/** Resolves with a response of status 200. */
const send = async (
  endpoint: Endpoint,
  { method, name, parameters = {}, timeout }: ControlRequest,
  signal?: AbortSignal,
): Promise<IncomingMessage> => {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams(Object.fromEntries(given.map(([key, value]) => [key, String(value)]))).toString();
  const path = `/v1/${name}${method === 'GET' && query !== '' ? `?${query}` : ''}`;
  const body = method === 'POST' ? JSON.stringify(Object.fromEntries(given)) : undefined;
  const response = await respond(endpoint, { method, path, ...(signal && { signal }) }, body, timeout);
  if (response.statusCode === 200) return response;
  throw refusal(response.statusCode ?? 0, await textOf(response));
};

const respond = async (
  endpoint: Endpoint,
  options: RequestOptions,
  body: string | undefined,
  timeout: number | undefined,
): Promise<IncomingMessage> => {
  const secure = 'url' in endpoint && endpoint.url.protocol === 'https:';
  const { request } = await (secure ? import('node:https') : import('node:http'));
  return new Promise((resolve, reject) => {
    const sent = request({ ...options, ...placeOf(endpoint), agent: false, headers: headersOf(endpoint, body) });
    const giveUp = (ms: number) => sent.destroy(silence(endpoint, ms));
    const late = timeout === undefined ? undefined : setTimeout(giveUp, timeout, timeout);
    sent
      .on('response', (response) => {
        clearTimeout(late);
        resolve(response);
      })
      .on('error', (error) => {
        clearTimeout(late);
        reject(failure(endpoint, error));
      })
      .end(body);
  });
};

const silence = (endpoint: Endpoint, ms: number): ControlError =>
  new ControlError(
    'timeout',
    `${nameOf(endpoint)} has not answered for ${ms} ms: the master's event loop is blocked, or its process is stopped`,
  );

const placeOf = (endpoint: Endpoint): RequestOptions =>
  'path' in endpoint
    ? { socketPath: endpoint.path, host: 'localhost' }
    : { host: endpoint.url.hostname.replaceAll(/^\[|\]$/g, ''), port: endpoint.url.port };

const headersOf = (endpoint: Endpoint, body: string | undefined): Readonly<Record<string, string>> => ({
  accept: 'application/x-ndjson, application/json',
  ...(body !== undefined && {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
  }),
  ...('token' in endpoint && { authorization: `Bearer ${endpoint.token}` }),
});

/** The name of an endpoint in errors, without its token. */
const nameOf = (endpoint: Endpoint): string => ('path' in endpoint ? endpoint.path : endpoint.url.origin);

const failure = (endpoint: Endpoint, error: Error): ControlError => {
  if (error instanceof ControlError) return error;
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ECONNRESET' || code === 'EPIPE')
    return new ControlError(
      'ended',
      `${nameOf(endpoint)} ended the connection before it answered: the master ends, or too many connections to it are open`,
      undefined,
      { cause: error },
    );
  const reason = code === 'EPROTO' ? withoutTls(endpoint) : (reasonOf(code) ?? error.message);
  return new ControlError('unreachable', `${nameOf(endpoint)}: ${reason}`, undefined, {
    cause: error,
  });
};

const withoutTls = (endpoint: Endpoint): string =>
  `what listens there does not speak TLS. Try ${nameOf(endpoint).replace('https:', 'http:')}`;

const reasonOf = (code: unknown): string | undefined => {
  if (code === 'ECONNREFUSED' || code === 'ENOENT') return 'no master listens there';
  if (code === 'EAGAIN')
    return 'so many connections wait there that no more can: the master is stopped, or its event loop is blocked';
  return code === 'EACCES' ? 'belongs to another user' : undefined;
};

const refusal = (status: number, text: string): ControlError => {
  const problem = problemIn(attempt(() => parse(text)));
  return problem === undefined
    ? new ControlError('invalid', `expected an answer of a control server, got HTTP status ${status}`, status)
    : new ControlError(problem.code, problem.message, status);
};

const attempt = <T>(act: () => T): T | undefined => {
  try {
    return act();
  } catch {
    return undefined;
  }
};

/** An answer, or a line of one, that is an error: `{ error: { code, message } }`. */
const problemIn = (part: unknown): { readonly code: string; readonly message: string } | undefined => {
  if (typeof part !== 'object' || part === null || !('error' in part)) return undefined;
  const { error } = part;
  if (typeof error !== 'object' || error === null || !('code' in error) || !('message' in error)) return undefined;
  const { code, message } = error;
  return typeof code === 'string' && typeof message === 'string' ? { code, message } : undefined;
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ControlError('invalid', 'expected JSON from a control server', undefined, { cause: error });
  }
};

const textOf = async (response: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of chunksOf(response)) text += chunk;
  return text;
};

async function* linesOf(response: IncomingMessage): AsyncGenerator<string, void, void> {
  let begun: string[] = [];
  for await (const chunk of chunksOf(response)) {
    const [first = '', ...rest] = chunk.split('\n');
    begun.push(first);
    const last = rest.pop();
    if (last === undefined) continue;
    yield begun.join('');
    yield* rest;
    begun = [last];
  }
  yield begun.join('');
}

async function* chunksOf(response: IncomingMessage): AsyncGenerator<string, void, void> {
  response.setEncoding('utf8');
  try {
    for await (const chunk of response) yield String(chunk);
  } catch (error) {
    if (error instanceof ControlError) throw error;
    throw new ControlError('ended', 'the master ended, or closed the connection', undefined, { cause: error });
  }
}
