import { isRecord } from '../../validation/isRecord.js';
import { flag, or, type Rule, type Rules, text, whole } from '../../validation/rule.js';
import { nearest } from '../../validation/nearest.js';
import { ConfigError } from '../../vocabulary/errors.js';

/** A server for metrics on TCP, in addition to the control socket. */
export interface MetricsServer {
  /** The port; 0 for any free one. */
  readonly port: number;
  /** The address to listen on. Default: `127.0.0.1`. */
  readonly host?: string | undefined;
  /** Whether the metrics that the application has registered with prom-client are collected. Default: true. */
  readonly application?: boolean | undefined;
}

/** The probes `/livez`, `/readyz` and `/startupz`. */
export interface Probes {
  /** A port of their own; 0 for any free one. Default: that of `metrics`. */
  readonly port?: number | undefined;
  /** The address to listen on. Default: `127.0.0.1`. */
  readonly host?: string | undefined;
  /** How many slots must have a ready worker: a number, or a share of the slots, rounded up. All slots, if there are fewer. Default: 1. */
  readonly ready?: number | `${number}%` | undefined;
}

const port: Rule = {
  accepts: (value) => whole(0).accepts(value) && Number(value) <= 65_535,
  expected: 'a port from 0 to 65535',
};

const share: Rule = or(
  whole(1),
  (value) => typeof value === 'string' && /^\d+(\.\d+)?%$/.test(value) && parseFloat(value) <= 100,
  "a share such as '50%'",
);

/** The rule of an option whose value is an object with these entries, and nothing else. */
const recordOf = (option: string, rules: Rules): Rule => {
  const names = Object.keys(rules);
  const ruleOf = (name: string): Rule => {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule !== undefined) return rule;
    const near = nearest(name, names);
    return {
      accepts: () => false,
      expected: `one of the options ${names.join(', ')}`,
      ...(near !== undefined && { fix: () => `Did you mean ${option}.${near}?` }),
    };
  };
  const entriesOf = (options: object) =>
    Object.entries(options)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => ({ name: `.${name}`, value, rule: ruleOf(name) }));
  return {
    accepts: (value) => isRecord(value) && entriesOf(value).every((entry) => entry.rule.accepts(entry.value)),
    expected: `an object with ${names.slice(0, -1).join(', ')} and ${names.at(-1)}`,
    entries: (value) => (isRecord(value) ? entriesOf(value) : []),
  };
};

const server = recordOf('metrics', { port, host: text, application: flag });
export const metricsRule: Rule = {
  ...or(flag, server.accepts, server.expected),
  ...(server.entries !== undefined && { entries: server.entries }),
};
export const probesRule: Rule = recordOf('probes', { port, host: text, ready: share });

/** Throws `ConfigError` for a server without a port. */
export const checkMetrics = (metrics: boolean | MetricsServer): void => {
  // What is given may not come from TypeScript.
  const given: { readonly port?: number | undefined } | boolean = metrics;
  if (typeof given === 'boolean' || given.port !== undefined) return;
  throw new ConfigError(
    'metrics.port',
    'expected a port, got none',
    'Set a port such as 9464, or leave `metrics` out: the metrics are on the control socket all the same',
  );
};

/** Throws `ConfigError` for an address that has no port. */
export const checkProbes = ({ port, host }: Probes): void => {
  if (host === undefined || port !== undefined) return;
  throw new ConfigError(
    'probes.host',
    'expected probes.port as well, got none',
    'It belongs to a port of their own; otherwise the probes are on the port of `metrics`',
  );
};
