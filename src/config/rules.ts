import { constants } from 'node:os';
import { isObservable } from 'rxjs';
import { showValue } from '../vocabulary/errors.js';
import { isPath } from '../host/path.js';
import * as v from 'valibot';

/** What something must be, and how that is said. */
export interface Rule {
  readonly schema: v.GenericSchema;
  readonly expected: string;
  /** How to mend what is wrong. */
  readonly mend?: (value: unknown) => string | undefined;
  /** How a wrong value is shown. Default: by its kind. */
  readonly shown?: (value: unknown) => string;
  /** The entries of a list or an object. */
  readonly entries?: (value: object) => readonly Entry[];
}

interface Entry {
  /** What follows the name of the option. */
  readonly name: string;
  readonly value: unknown;
  readonly rule: Rule;
}

/** Rules by the name of what they are for. */
export type Rules = Readonly<Record<string, Rule>>;

/** Those that no process can handle. */
export const uncatchable: ReadonlySet<unknown> = new Set(['SIGKILL', 'SIGSTOP']);

const whole = (least: number, expected: string): Rule => ({
  schema: v.pipe(v.number(), v.integer(), v.minValue(least)),
  expected,
});
const oneOf = (...words: readonly string[]): Rule => ({
  schema: v.picklist(words),
  expected: words.map((word) => `'${word}'`).join(' or '),
});

/** What each option must be. */
export const rulesBy = () => {
  const record = v.custom<object>(isRecord);
  /** console and the like would be taken for options. */
  const pinoOrOptions = v.custom<object>((value) => isRecord(value) && ('child' in value || !('info' in value)));
  const callable = v.custom<() => unknown>((value) => typeof value === 'function');
  const or = (rule: Rule, schema: v.GenericSchema, expected: string): Rule => ({
    ...rule,
    schema: v.union([rule.schema, schema]),
    expected: `${rule.expected}, or ${expected}`,
  });
  const lazily = (rule: Rule): Rule => or(rule, callable, 'a function that returns it');

  const time: Rule = { schema: v.pipe(v.number(), v.minValue(0)), expected: 'a time in ms, 0 or more' };
  const text: Rule = { schema: v.pipe(v.string(), v.nonEmpty()), expected: 'a text that is not empty' };
  const path: Rule = { schema: v.custom(isPath), expected: 'a path or a file: URL' };
  const entry: Rule = {
    schema: v.union([v.pipe(v.string(), v.excludes('\0')), v.pipe(v.number(), v.finite())]),
    expected: 'a text or a number',
    // It may be a password, and nothing else can be wrong with a text.
    shown: (value) => (typeof value === 'string' ? 'a text with a NUL character' : showValue(value)),
  };
  const texts: Rule = {
    schema: v.array(entry.schema),
    expected: 'a list of texts or numbers',
    entries: (list) => Object.entries(list).map(([at, value]) => ({ name: `[${at}]`, value, rule: entry })),
  };
  const variable: Rule = {
    ...entry,
    schema: v.optional(entry.schema),
    mend: (value) => {
      if (typeof value === 'boolean') return `Write it as a text: '${value}', or '${Number(value)}'`;
      return value === null ? 'undefined removes the variable' : undefined;
    },
  };
  const environment: Rule = {
    schema: v.record(v.pipe(v.string(), v.regex(named)), variable.schema),
    expected: 'an object of texts or numbers',
    entries: (variables) =>
      Object.entries(variables).map(([key, value]) => ({
        name: `.${key}`,
        value,
        rule: named.test(key)
          ? variable
          : { schema: v.never(), expected: 'a name without =', shown: () => showValue(key) },
      })),
  };
  const flag: Rule = { schema: v.boolean(), expected: 'true or false' };
  const id = whole(0, 'a whole number, 0 or more');
  // More is a mistake in somebody's arithmetic, and the machine would not survive it.
  const size: Rule = {
    schema: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000)),
    expected: 'a whole number from 1 to 10000',
  };

  /** What each option must be. */
  const options: Rules = {
    worker: or(size, v.custom<object>(isObservable), 'an observable of such'),
    name: text,
    pid: or(path, v.literal(false), 'false for none'),
    exec: lazily(path),
    args: lazily(texts),
    execArgv: lazily(texts),
    env: lazily(environment),
    cwd: lazily(path),
    uid: id,
    gid: id,
    serialization: oneOf('json', 'advanced'),
    disconnectTimeout: time,
    maxForkCount: or(whole(1, 'a whole number, 1 or more'), v.literal(Infinity), 'Infinity'),
    maxStartAttempts: or(whole(1, 'a whole number, 1 or more'), v.literal(Infinity), 'Infinity'),
    minUptime: time,
    backoff: { schema: record, expected: 'an object with initial, factor, max and jitter' },
    respawn: or(oneOf('permanent', 'transient', 'temporary'), callable, 'an RxJS operator'),
    ready: or(oneOf('auto', 'online', 'listening', 'message'), callable, 'a predicate on events'),
    readyTimeout: time,
    minReadyTime: time,
    maxSurge: or(id, v.pipe(v.string(), v.regex(/^\d+(\.\d+)?%$/)), "a share such as '25%'"),
    maxBooting: or(whole(1, 'a whole number, 1 or more'), v.literal(Infinity), 'Infinity'),
    drain: { schema: record, expected: 'an object with grace, cut, linger and webSockets' },
    preload: flag,
    compileCache: flag,
    leader: flag,
    signals: { schema: record, expected: "an object such as { SIGUSR2: 'restart' }" },
    log: or({ schema: pinoOrOptions, expected: 'a pino logger, options for one' }, v.literal(false), 'false for none'),
  };

  const drainRules: Rules = { grace: time, cut: time, linger: time, webSockets: flag };

  const logRules: Rules = {
    file: path,
    rotate: { schema: record, expected: 'an object with size, every, keep and compress' },
  };
  const rotateRules: Rules = {
    size: or(
      { schema: v.pipe(v.number(), v.minValue(1)), expected: 'a number of bytes, 1 or more' },
      v.pipe(v.string(), v.regex(/^[1-9]\d*[KMG]$/)),
      "a text such as '100M'",
    ),
    every: or(
      { schema: v.picklist(['hour', 'day']), expected: "'hour' or 'day'" },
      v.pipe(v.number(), v.minValue(1)),
      'a time in ms, 1 or more',
    ),
    keep: or(id, v.literal(Infinity), 'Infinity'),
    compress: flag,
  };

  const backoffRules: Rules = {
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
  const signalRules: Rules = Object.fromEntries(
    Object.keys(constants.signals)
      .filter((name) => !uncatchable.has(name))
      .map((name) => [name, actions]),
  );

  const intensityRules: Rules = {
    intensity: or(id, v.literal(Infinity), 'Infinity'),
    period: { schema: v.pipe(v.number(), v.gtValue(0)), expected: 'a time in ms, more than 0' },
  };

  const number: Rule = { schema: v.number(), expected: 'a number' };
  const moment: Rule = {
    schema: v.union([v.number(), v.date()]),
    expected: 'a time in ms since the epoch, or a Date that is valid',
  };
  /** What is named of a worker; one of `workers$` has the last two as well. */
  const workerRules: Rules = {
    cluster: text,
    slot: number,
    generation: number,
    id: number,
    pid: number,
    ready: flag,
    leaving: flag,
  };

  return {
    options,
    worker: workerRules,
    span: { since: moment, until: moment },
    recipient: { id: number, slot: size, cluster: text },
    backoff: backoffRules,
    drain: drainRules,
    log: logRules,
    rotate: rotateRules,
    signals: signalRules,
    intensity: intensityRules,
    name: text,
    size,
  };
};

/** What a variable of an environment can be called. */
const named = /^[^=\0]+$/;

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
