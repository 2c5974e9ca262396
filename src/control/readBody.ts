import type { IncomingMessage } from 'node:http';
import { RequestProblem } from './requestProblem.js';

/** Reads a body of JSON, `{}` if there is none. Rejects with `RequestProblem` for a longer one, as soon as that is known, and for anything else than an object. */
export const readBody = async (
  request: IncomingMessage,
  maxBytes: number,
): Promise<Readonly<Record<string, unknown>>> => {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const text = await textOf(request, maxBytes);
  if (text.trim() === '') return {};
  const body = parse(text);
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new RequestProblem('bad-request', 'body: expected a JSON object');
  return { ...body };
};

const textOf = (request: IncomingMessage, maxBytes: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const read = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) return fail(tooLarge(maxBytes));
      chunks.push(chunk);
    };
    const fail = (problem: Error) => {
      request.off('data', read);
      chunks.length = 0;
      reject(problem);
    };
    request.on('data', read);
    request.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.once('close', () => fail(new RequestProblem('bad-request', 'body: it ends too early')));
  });

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new RequestProblem('bad-request', 'body: expected JSON, got something else');
  }
};

const tooLarge = (maxBytes: number) =>
  new RequestProblem('too-large', `body: expected at most ${maxBytes} bytes, got more`);
