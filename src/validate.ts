import { constants } from 'node:os';
import leven from 'leven';
import { isObservable } from 'rxjs';
import * as v from 'valibot';
import { ConfigError } from './errors.js';
import type { Surroundings } from './host/surroundings.js';

interface Rule {
  readonly schema: v.GenericSchema;
  readonly expected: string;
}

const record = v.custom<object>((value) => isRecord(value));
/** console and the like would be taken for options. */
const pinoOrOptions = v.custom<object>((value) => isRecord(value) && ('child' in value || !('info' in value)));
const callable = v.custom<() => unknown>((value) => typeof value === 'function');
const whole = (least: number, expected: string): Rule => ({
  schema: v.pipe(v.number(), v.integer(), v.minValue(least)),
  expected,
});
const oneOf = (...words: readonly string[]): Rule => ({
  schema: v.picklist(words),
  expected: words.map((word) => `'${word}'`).join(' or '),
});
const or = (rule: Rule, schema: v.GenericSchema, expected: string): Rule => ({
  schema: v.union([rule.schema, schema]),
  expected: `${rule.expected}, or ${expected}`,
});
const lazily = (rule: Rule): Rule => or(rule, callable, 'a function that returns it');

const time: Rule = { schema: v.pipe(v.number(), v.minValue(0)), expected: 'a time in ms, 0 or more' };
const text: Rule = { schema: v.pipe(v.string(), v.nonEmpty()), expected: 'a text that is not empty' };
const path: Rule = { schema: v.pipe(v.string(), v.nonEmpty(), v.excludes('\0')), expected: 'a path' };
const texts: Rule = { schema: v.array(v.string()), expected: 'a list of texts' };
const id = whole(0, 'a whole number, 0 or more');
const size = whole(1, 'a whole number, 1 or more');

/** What each option must be. */
const rules: Readonly<Record<string, Rule>> = {
  worker: or(size, v.custom<object>(isObservable), 'an observable of such'),
  name: text,
  pid: or(path, v.literal(false), 'false for none'),
  exec: lazily(path),
  args: lazily(texts),
  execArgv: lazily(texts),
  env: lazily({ schema: v.record(v.string(), v.optional(v.string())), expected: 'an object of texts' }),
  cwd: lazily(path),
  uid: id,
  gid: id,
  serialization: oneOf('json', 'advanced'),
  disconnectTimeout: time,
  maxForkCount: or(whole(1, 'a whole number, 1 or more'), v.literal(Infinity), 'Infinity'),
  minUptime: time,
  backoff: { schema: record, expected: 'an object with initial, factor, max and jitter' },
  respawn: or(oneOf('permanent', 'transient', 'temporary'), callable, 'an RxJS operator'),
  ready: or(oneOf('auto', 'online', 'listening', 'message'), callable, 'a predicate on events'),
  readyTimeout: time,
  minReadyTime: time,
  maxSurge: or(id, v.pipe(v.string(), v.regex(/^\d+(\.\d+)?%$/)), "a share such as '25%'"),
  maxBooting: or(whole(1, 'a whole number, 1 or more'), v.literal(Infinity), 'Infinity'),
  leader: { schema: v.boolean(), expected: 'true or false' },
  signals: { schema: record, expected: "an object such as { SIGUSR2: 'restart' }" },
  log: or({ schema: pinoOrOptions, expected: 'a pino logger, options for one' }, v.literal(false), 'false for none'),
};

const backoffRules: Readonly<Record<string, Rule>> = {
  initial: time,
  factor: { schema: v.pipe(v.number(), v.finite(), v.minValue(1)), expected: 'a number, 1 or more' },
  max: time,
  jitter: { schema: v.pipe(v.number(), v.minValue(0), v.maxValue(1)), expected: 'a number from 0 to 1' },
};

const actions = or(
  oneOf('restart', 'shutdown', 'force', 'reopen', 'scale-up', 'scale-down'),
  v.literal(false),
  'false to leave the signal alone',
);
const uncatchable = new Set(['SIGKILL', 'SIGSTOP']);
const signalRules: Readonly<Record<string, Rule>> = Object.fromEntries(
  Object.keys(constants.signals)
    .filter((name) => !uncatchable.has(name))
    .map((name) => [name, actions]),
);

/** Throws `ConfigError` for the first thing that is wrong, before anything has been started. */
export const validate = (config: unknown, { platform, main }: Surroundings): void => {
  if (platform === 'win32')
    throw new ConfigError(
      'platform',
      'expected Linux or macOS, got Windows',
      'Its signals and handles are of another kind',
    );
  if (!isRecord(config)) throw new ConfigError('the configuration', `expected an object, got ${show(config)}`);
  check('', config, rules, 'option');
  const { backoff = {}, signals = {}, exec } = config;
  if (isRecord(backoff)) check('backoff.', backoff, backoffRules, 'option');
  if (isRecord(signals)) check('signals.', signals, signalRules, 'signal');
  if (exec === undefined && main === undefined) {
    throw new ConfigError(
      'exec',
      'expected the file that the workers run, got none, and this process was started without a file',
      'Name it',
    );
  }
};

/** Which cluster is meant: nothing, or `{ cluster: name }`. Throws `ConfigError`. */
export const validateAddress = (what: string, to: unknown): void => {
  if (to === undefined) return;
  if (!isRecord(to)) throw new ConfigError(what, `expected { cluster: name }, or nothing, got ${show(to)}`);
  check(`${what}.`, to, { cluster: text }, 'option');
};

const intensityRules: Readonly<Record<string, Rule>> = {
  intensity: or(id, v.literal(Infinity), 'Infinity'),
  period: { schema: v.pipe(v.number(), v.gtValue(0)), expected: 'a time in ms, more than 0' },
};

/** The children of a supervisor, as Observables, and how often it restarts them. Throws `ConfigError`. */
export const validateChildren = (what: string, children: readonly unknown[], options: unknown): void => {
  if (children.length === 0)
    throw new ConfigError(what, 'expected one Observable such as cluster$(conf), or more, got none');
  for (const [index, child] of children.entries()) {
    if (!isObservable(child)) {
      throw new ConfigError(
        what,
        `expected an Observable such as cluster$(conf) for child ${index + 1}, got ${show(child)}`,
      );
    }
  }
  if (!isRecord(options))
    throw new ConfigError(what, `expected { intensity, period } at the end, got ${show(options)}`);
  check(`${what}.`, options, intensityRules, 'option');
};

/** Throws `ConfigError` unless it is a worker, or what stands for one: its id. */
export const validateWorker = (what: string, worker: Readonly<Record<'id', unknown>>): void => {
  if (typeof worker.id !== 'number')
    throw new ConfigError(`${what}.id`, `expected the id of a worker, got ${show(worker.id)}`);
};

/** Calls a function given for an option: what it returns must be what the option must be. Throws `ConfigError`. */
export const returned = <T>(option: string, call: () => T): T => {
  const rule = rules[option];
  const value = attempt(option, call);
  if (rule !== undefined && !v.is(rule.schema, value)) {
    throw new ConfigError(option, `expected ${rule.expected}; the function returned ${show(value)}`);
  }
  return value;
};

/** Throws `ConfigError` for what is no number of slots; `what` is where it came from. */
export const validateSize = (what: string, value: unknown): void => {
  if (!v.is(size.schema, value)) throw new ConfigError(what, `expected ${size.expected}, got ${show(value)}`);
};

/** What the observable given for `worker` has emitted, or what is wrong with it. */
export const emitted = (value: number): number | ConfigError =>
  v.is(size.schema, value)
    ? value
    : new ConfigError(
        'worker',
        `expected the observable to emit ${size.expected}, got ${show(value)}`,
        'There are as many slots as before',
      );

const attempt = <T>(option: string, call: () => T): T => {
  try {
    return call();
  } catch (thrown) {
    throw new ConfigError(option, `the function threw: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
};

const check = (
  prefix: string,
  values: Readonly<Record<string, unknown>>,
  known: Readonly<Record<string, Rule>>,
  what: string,
): void => {
  for (const [key, value] of Object.entries(values)) {
    const rule = Object.hasOwn(known, key) ? known[key] : undefined;
    if (rule === undefined) throw unknown(prefix, key, Object.keys(known), what);
    // undefined is what a missing entry of somebody's own configuration looks like: the default is meant.
    if (value !== undefined && !v.is(rule.schema, value)) {
      throw new ConfigError(`${prefix}${key}`, `expected ${rule.expected}, got ${show(value)}`);
    }
  }
};

const unknown = (prefix: string, key: string, known: readonly string[], what: string): ConfigError => {
  const [nearest = ''] = known.toSorted((one, other) => leven(one, key) - leven(other, key));
  const near = leven(nearest.toLowerCase(), key.toLowerCase()) <= Math.max(2, key.length / 3);
  const all = what === 'signal' ? undefined : `There are ${known.join(', ')}`;
  return new ConfigError(
    `${prefix}${key}`,
    `is not an ${what}`.replace('an s', 'a s'),
    near ? `Did you mean ${prefix}${nearest}?` : all,
  );
};

/** What came, without what is in it: an environment or a logger may hold secrets. */
const show = (value: unknown): string => {
  if (typeof value === 'string')
    return value.length > 60 ? `a text of ${value.length} characters` : JSON.stringify(value);
  if (value === null || typeof value === 'number' || typeof value === 'boolean' || typeof value === 'undefined')
    return String(value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
