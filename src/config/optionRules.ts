import { isObservable } from 'rxjs';
import { isRecord } from '../validation/isRecord.js';
import {
  atLeast,
  between,
  flag,
  isFunction,
  object,
  oneOf,
  or,
  orFunction,
  orInfinity,
  path,
  type Rules,
  size,
  text,
  texts,
  time,
  variables,
  whole,
} from '../validation/rule.js';
import { isBytesText } from '../vocabulary/bytes.js';
import { catchable } from '../vocabulary/signals.js';
import type { FeatureOptions } from '../features/index.js';
import type { Config } from './options.js';

/** The rule of each option of a cluster, except those of features. */
export const optionRules = {
  worker: or(size, isObservable, 'an Observable of such numbers'),
  name: text,
  pid: or(path, (value) => value === false, 'false for none'),
  exec: orFunction(path),
  args: orFunction(texts),
  execArgv: orFunction(texts),
  env: orFunction(variables),
  cwd: orFunction(path),
  uid: whole(0),
  gid: whole(0),
  serialization: oneOf('json', 'advanced'),
  disconnectTimeout: time,
  maxForkCount: orInfinity(whole(1)),
  maxStartAttempts: orInfinity(whole(1)),
  minUptime: time,
  backoff: object('with initial, factor, max and jitter'),
  respawn: or(oneOf('permanent', 'transient', 'temporary'), isFunction, 'policy(…), or an RxJS operator'),
  ready: or(oneOf('auto', 'online', 'listening', 'message'), isFunction, 'a predicate on events'),
  readyTimeout: time,
  minReadyTime: time,
  maxSurge: or(whole(0), (value) => typeof value === 'string' && /^\d+(\.\d+)?%$/.test(value), "a share such as '25%'"),
  maxBooting: orInfinity(whole(1)),
  drain: object('with grace, cut, linger and webSockets'),
  preload: flag,
  compileCache: flag,
  schedulingPolicy: oneOf('round-robin', 'none', 'reusePort'),
  signals: object("such as { SIGUSR2: 'restart' }"),
  shutdownAfter: { accepts: isObservable, expected: 'an Observable' },
  log: {
    // `console` and similar objects would otherwise be read as options.
    accepts: (value) => value === false || (isRecord(value) && ('child' in value || !('info' in value))),
    expected: 'a pino logger, options for one, or false for none',
  },
} satisfies { readonly [Option in Exclude<keyof Config, keyof FeatureOptions>]-?: Rules[string] };

export const backoffRules: Rules = {
  initial: time,
  factor: {
    accepts: (value) => Number.isFinite(value) && atLeast(1).accepts(value),
    expected: atLeast(1).expected,
  },
  max: time,
  jitter: between(0, 1),
};

export const drainRules: Rules = { grace: time, cut: time, linger: time, webSockets: flag };

export const signalRules: Rules = Object.fromEntries(
  catchable.map((name) => [
    name,
    or(
      oneOf('restart', 'shutdown', 'force', 'reopen', 'scale-up', 'scale-down'),
      (value) => value === false,
      'false to leave the signal alone',
    ),
  ]),
);

/** The options of `log` that are not pino's. */
export const logRules: Rules = {
  file: path,
  stderr: path,
  stdout: flag,
  rotate: object('with size, every, keep and compress'),
};

export const rotateRules: Rules = {
  size: or(atLeast(1, 'a number of bytes'), isBytesText, "a string such as '100M'"),
  every: or(oneOf('hour', 'day'), atLeast(1).accepts, 'a time in ms, 1 or more'),
  keep: orInfinity(whole(0)),
  compress: flag,
};
