import { flag, or, type Rule, text, whole } from '../../validation/rule.js';
import { recordOf } from '../../validation/recordOf.js';
import { port } from '../../validation/serverRules.js';
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

const share: Rule = or(
  whole(1),
  (value) => typeof value === 'string' && /^\d+(\.\d+)?%$/.test(value) && parseFloat(value) <= 100,
  "a share such as '50%'",
);

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
