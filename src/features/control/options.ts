import { isRecord } from '../../validation/isRecord.js';
import { flag, or, type Rule, type Rules, text, whole } from '../../validation/rule.js';
import { nearest } from '../../validation/nearest.js';
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

const port: Rule = {
  accepts: (value) => whole(0).accepts(value) && Number(value) <= 65_535,
  expected: 'a port from 0 to 65535',
};

const token: Rule = {
  accepts: (value) => typeof value === 'string' && /^[\x21-\x7e]{16,}$/.test(value),
  expected: 'a string of at least 16 visible ASCII characters',
  // It may be a real one with a small mistake.
  show: (value) => (typeof value === 'string' ? `a string of ${value.length} characters` : typeof value),
};

const rules: Rules = { port, host: text, token, readOnly: flag };
const names = Object.keys(rules);

const unknownOption: Rule = { accepts: () => false, expected: `one of the options ${names.join(', ')}` };

const ruleOf = (name: string): Rule => {
  const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
  if (rule !== undefined) return rule;
  const near = nearest(name, names);
  return { ...unknownOption, ...(near !== undefined && { fix: () => `Did you mean control.${near}?` }) };
};

const entriesOf = (options: object) =>
  Object.entries(options)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ({ name: `.${name}`, value, rule: ruleOf(name) }));

export const controlRule: Rule = {
  ...or(flag, isRecord, 'an object with port, host, token and readOnly'),
  accepts: (value) =>
    flag.accepts(value) || (isRecord(value) && entriesOf(value).every((entry) => entry.rule.accepts(entry.value))),
  entries: (value) => (isRecord(value) ? entriesOf(value) : []),
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
