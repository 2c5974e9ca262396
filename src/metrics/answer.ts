import { contentTypes } from './format.js';
import { negotiate } from './negotiate.js';
import { probe, type Probe } from './probes.js';
import { scrape } from './scrape.js';

/** A request, as far as metrics and probes depend on it. */
export interface MetricsRequest {
  readonly method?: string | undefined;
  /** The path with or without a query. */
  readonly url?: string | undefined;
  /** The header `Accept`. */
  readonly accept?: string | undefined;
}

export interface MetricsAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

type What = 'metrics' | 'probes';

const paths: Readonly<Record<string, What>> = {
  '/metrics': 'metrics',
  '/livez': 'probes',
  '/readyz': 'probes',
  '/startupz': 'probes',
};

/**
 * Answers a request for `/metrics`, `/livez`, `/readyz` or `/startupz`, at once and for all clusters of this process; `undefined` for another path. `serves`: what is answered, by default both.
 *
 * @example
 * const { status, headers, body } = answer({ method: 'GET', url: '/readyz' }) ?? { status: 404, headers: {}, body: '' };
 */
export const answer = (
  { method, url = '', accept }: MetricsRequest,
  serves: readonly What[] = ['metrics', 'probes'],
): MetricsAnswer | undefined => {
  const path = url.split('?', 1)[0] ?? '';
  const what = Object.hasOwn(paths, path) ? paths[path] : undefined;
  if (what === undefined || !serves.includes(what)) return undefined;
  if (method !== 'GET' && method !== 'HEAD')
    return { status: 405, headers: { ...fixedHeaders, Allow: 'GET, HEAD' }, body: 'only GET and HEAD\n' };
  if (what === 'metrics') {
    const format = negotiate(accept);
    const body = scrape(format);
    if (body === undefined)
      return { status: 404, headers: fixedHeaders, body: 'no cluster of this process has metrics\n' };
    const headers = { ...fixedHeaders, 'Content-Type': contentTypes[format], Vary: 'Accept' };
    return { status: 200, headers, body };
  }
  // The other paths are those of probes.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const { fine, text } = probe(path.slice(1) as Probe);
  return { status: fine ? 200 : 503, headers: fixedHeaders, body: text };
};

const fixedHeaders = {
  'Content-Type': 'text/plain; charset=utf-8',
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
} as const;
