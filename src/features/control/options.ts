import { flag, or, type Rule, text } from '../../validation/rule.js';
import { recordOf } from '../../validation/recordOf.js';
import { port, token } from '../../validation/serverRules.js';
import { ConfigError } from '../../vocabulary/errors.js';

/** A control server on TCP, in addition to the control socket. */
export interface ControlServer {
  /** The port; 0 for any free one. Default: none, only the socket. */
  readonly port?: number | undefined;
  /** The address to listen on. Default: `127.0.0.1`. */
  readonly host?: string | undefined;
  /** The secret that each request on TCP carries in its `Authorization: Bearer …` header; at least 16 characters. */
  readonly token?: string | undefined;
  /** Whether requests on TCP may only read. Default: false. */
  readonly readOnly?: boolean | undefined;
}

const server = recordOf('control', { port, host: text, token, readOnly: flag });
export const controlRule: Rule = {
  ...or(flag, server.accepts, server.expected),
  ...(server.entries !== undefined && { entries: server.entries }),
};

/** Throws `ConfigError` for a server on TCP without a token, and for settings of one that has no port. */
export const checkControl = (control: ControlServer | boolean): void => {
  if (typeof control === 'boolean') return;
  if (control.port !== undefined && control.token === undefined)
    throw new ConfigError(
      'control.token',
      'expected a token, because control.port opens a server on TCP, got none',
      'Set a secret of at least 16 characters, such as the output of `openssl rand -hex 24`',
    );
  const alone = (['host', 'token', 'readOnly'] as const).find((name) => control[name] !== undefined);
  if (control.port === undefined && alone !== undefined)
    throw new ConfigError(
      `control.${alone}`,
      'expected control.port as well, got none',
      'It belongs to the server on TCP',
    );
};
