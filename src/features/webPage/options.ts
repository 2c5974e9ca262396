import { flag, or, type Rule } from '../../validation/rule.js';
import { recordOf } from '../../validation/recordOf.js';
import { port, token } from '../../validation/serverRules.js';
import { ConfigError } from '../../vocabulary/errors.js';

/** A web page on loopback that shows the clusters of the master. */
export interface WebPage {
  /** The port; 0 for any free one. */
  readonly port: number;
  /** The secret that each request carries in its `Authorization: Bearer …` header; at least 16 characters. Default: a random one, in a link that only the user can read. */
  readonly token?: string | undefined;
  /** Whether the page only shows, without actions. Default: false. */
  readonly readOnly?: boolean | undefined;
}

const page = recordOf('web', { port, token, readOnly: flag });
export const webRule: Rule = {
  ...or(page, (value) => value === false, 'false'),
  ...(page.entries !== undefined && { entries: page.entries }),
};

/** Throws `ConfigError` for a page without a port. */
export const checkWeb = (web: WebPage | false): void => {
  // What is given may not come from TypeScript.
  const given: { readonly port?: number | undefined } | false = web;
  if (given === false || given.port !== undefined) return;
  throw new ConfigError(
    'web.port',
    'expected a port, got none',
    'Set a port such as 9700. Without `web`, the command `proteus web` shows the page',
  );
};
