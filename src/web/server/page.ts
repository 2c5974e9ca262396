import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

interface Page {
  readonly html: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** The page is beside `dist/web.js`; in this repository also for `src`. */
const places = ['page.html', '../../../dist/page.html'];

let page: Page | undefined;
let packed: Promise<Buffer> | undefined;

/** Sends the page. It is the same for everybody, and has no data. */
export const sendPage = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  request.resume();
  page ??= readPage();
  const { html, headers } = page;
  const packs = /\bgzip\b/.test(String(request.headers['accept-encoding']));
  packed ??= promisify(gzip)(html);
  const body = packs ? await packed : html;
  response.writeHead(200, {
    ...headers,
    'content-length': body.length,
    ...(packs && { 'content-encoding': 'gzip' }),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
};

const readPage = (): Page => {
  const html = places.map(contentOf).find((content) => content !== undefined);
  if (html === undefined)
    throw new Error('web: page.html is missing beside the files of proteus-cluster. Install it again');
  // The page has its policy itself, so that it also holds for a page that was saved. Only a header can forbid frames.
  const [, policy = "default-src 'none'"] = /Content-Security-Policy" content="([^"]+)"/.exec(html.toString()) ?? [];
  return {
    html,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `${policy}; frame-ancestors 'none'`,
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      vary: 'accept-encoding',
    },
  };
};

const contentOf = (path: string): Buffer | undefined => {
  try {
    return readFileSync(new URL(path, import.meta.url));
  } catch {
    return undefined;
  }
};
