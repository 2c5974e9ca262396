import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type AnswerRequest,
  answerSafely,
  type OpenStreams,
  RequestProblem,
  sendJson,
  tcpAccess,
  withoutToken,
} from '../../control.js';
import type { FleetReport } from '../fleet/report.js';
import type { SeriesData } from '../samples/series.js';
import { loopback } from './loopback.js';
import { sendPage } from './page.js';

/** A request to a method of a master's control server. */
export interface MethodRequest {
  /** Such as `/v1/status`. */
  readonly path: string;
  readonly query: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly streams: OpenStreams;
}

/** A master that the page shows. */
export interface ShownMaster {
  /** Its name in paths: the pid, the address of one on TCP, or the path of a socket with spaces for slashes. */
  readonly id: string;
  /** Answers a request to one of its methods. Rejects with `RequestProblem` for one that it does not have. */
  readonly answer: (asked: MethodRequest) => Promise<void>;
  /** Its samples of the last hour, as far as this server has seen them. */
  readonly history: () => SeriesData;
}

export interface PageServer {
  readonly readOnly: boolean;
  readonly isToken: (given: string) => boolean;
  /** The masters that run now. */
  readonly masters: () => Promise<readonly ShownMaster[]>;
  /** What is known of the fleet. `undefined`: there is none. */
  readonly fleet: () => FleetReport | undefined;
}

/**
 * Answers the requests of the page: the page itself at `/`, the masters at `/masters`, the hosts of their fleet at `/fleet`, and of each master its samples of the last hour at `/masters/<id>/history` and the methods of its control server at `/masters/<id>/v1/<method>`. Only the page is sent without the token.
 */
export const answerPage = ({ readOnly, isToken, masters, fleet }: PageServer): AnswerRequest => {
  const pageAccess = withoutToken(loopback);
  const access = tcpAccess({ host: loopback, readOnly, isToken });
  return answerSafely(async (request, response, streams) => {
    const [path = '', query = ''] = (request.url ?? '').split('?', 2);
    if (path === '/') {
      pageAccess(request);
      requireGet(request);
      return sendPage(request, response);
    }
    access(request);
    if (path === '/masters') {
      requireGet(request);
      const ids = (await masters()).map(({ id }) => id);
      return sendJson(response, 200, { readOnly, masters: ids, fleet: fleet()?.name });
    }
    if (path === '/fleet') {
      requireGet(request);
      const report = fleet();
      if (report === undefined) throw new RequestProblem('not-found', 'there is no fleet');
      return sendJson(response, 200, report);
    }
    const [, id, method = ''] = /^\/masters\/([^/]+)(\/history|\/v1\/.*)$/.exec(path) ?? [];
    if (id === undefined)
      throw new RequestProblem(
        'not-found',
        'expected one of /, /masters, /fleet, /masters/<id>/history, /masters/<id>/v1/<method>',
      );
    // A page encodes it: an address has a colon, the path of a socket has spaces.
    const master = (await masters()).find((one) => one.id === id || encodeURIComponent(one.id) === id);
    if (master === undefined) throw new RequestProblem('not-found', 'master: expected one that runs, see /masters');
    if (method !== '/history') return master.answer({ path: method, query, request, response, streams });
    requireGet(request);
    return sendJson(response, 200, { series: master.history() });
  });
};

const requireGet = ({ method }: IncomingMessage): void => {
  if (method !== 'GET' && method !== 'HEAD')
    throw new RequestProblem('method-not-allowed', 'expected GET', { allow: 'GET, HEAD' });
};
