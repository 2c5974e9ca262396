import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { RequestProblem } from './requestProblem.js';

/** Throws `RequestProblem` for a request that is not allowed. */
export type Access = (request: IncomingMessage) => void;

/** On the socket the folder is the authentication. A browser cannot reach it, but a proxy that was put before it can. */
export const socketAccess: Access = (request) => refuseForeignOrigin(request);

interface TcpSettings {
  readonly host: string;
  readonly readOnly: boolean;
  /** Compares in constant time. */
  readonly isToken: (given: string) => boolean;
}

/** On TCP each request has the token. A page of another origin, and one whose name was made to point here (DNS rebinding), is refused before. */
export const tcpAccess = ({ host, readOnly, isToken }: TcpSettings): Access => {
  const localAccess = withoutToken(host);
  return (request) => {
    localAccess(request);
    const [, token] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    if (token === undefined || !isToken(token))
      throw new RequestProblem('unauthorized', 'expected the token in the header Authorization: Bearer …', {
        'www-authenticate': 'Bearer',
      });
    if (readOnly && request.method !== 'GET' && request.method !== 'HEAD')
      throw new RequestProblem('forbidden', 'this server only reads (readOnly)');
  };
};

/** What has no secrets is sent without a token, but only to pages of this server, and by no name that was made to point here. */
export const withoutToken =
  (host: string): Access =>
  (request) => {
    const name = hostOf(request.headers.host ?? '');
    if (isIP(name) === 0 && name !== 'localhost' && name !== host.toLowerCase())
      throw new RequestProblem('forbidden', `Host: expected an IP address, localhost or ${host}`);
    refuseForeignOrigin(request);
  };

const refuseForeignOrigin = ({ headers }: IncomingMessage): void => {
  const { origin, host } = headers;
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`)
    throw new RequestProblem('forbidden', 'Origin: requests of other web pages are refused');
};

/** The name in a `Host` header, without the port. */
const hostOf = (header: string): string =>
  header
    .toLowerCase()
    .replace(/:\d*$/, '')
    .replace(/^\[(.*)\]$/, '$1');
