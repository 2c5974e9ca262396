import { isObservable } from 'rxjs';
import { ConfigError, messageOf, showValue } from '../vocabulary/errors.js';
import type { Environment } from '../host/environment.js';
import leven from 'leven';
import { is } from 'valibot';
import { isThenable } from '../vocabulary/thenable.js';
import { isRecord, type Rule, type Rules, rulesBy, uncatchable } from './rules.js';

let known: ReturnType<typeof rulesBy> | undefined;
const rules = () => (known ??= rulesBy());
const fits = ({ schema }: Rule, value: unknown): boolean => is(schema, value);

/** Throws `ConfigError` for the first thing that is wrong, before anything has been started. */
export const validate = (config: unknown, { platform, main }: Environment): void => {
  if (platform === 'win32')
    throw new ConfigError(
      'platform',
      'expected Linux or macOS, got Windows',
      'Its signals and handles are of another kind',
    );
  if (!isRecord(config)) throw new ConfigError('the configuration', `expected an object, got ${showValue(config)}`);
  check('', config, rules().options, 'option');
  const { backoff = {}, drain = {}, signals = {}, log = {}, exec } = config;
  if (isRecord(backoff)) check('backoff.', backoff, rules().backoff, 'option');
  if (isRecord(drain)) check('drain.', drain, rules().drain, 'option');
  if (isRecord(signals)) check('signals.', signals, rules().signals, 'signal');
  checkPreload(config);
  checkStartAttempts(config);
  if (isRecord(log)) checkLog(log);
  if (exec === undefined && main === undefined) {
    throw new ConfigError(
      'exec',
      'expected the file that the workers run, got none, and this process was started without a file',
      'Name it',
    );
  }
};

/** What is carried out in the worker by the preload is in vain without it. */
const checkPreload = ({ preload, leader, drain }: Readonly<Record<string, unknown>>): void => {
  if (preload !== false) return;
  const vain = leader === true ? 'leader' : drain === undefined ? undefined : 'drain';
  if (vain === undefined) return;
  throw new ConfigError(
    vain,
    `expected none with preload: false, for it is the preload that carries it out`,
    `Leave one of them out`,
  );
};

/** A limit that could never take effect is a misunderstanding. */
const checkStartAttempts = ({ maxStartAttempts, maxForkCount, respawn }: Readonly<Record<string, unknown>>): void => {
  if (typeof maxStartAttempts !== 'number' || maxStartAttempts === Infinity) return;
  if (respawn === 'temporary' || typeof respawn === 'function') {
    const policy = respawn === 'temporary' ? "respawn: 'temporary'" : 'an operator for respawn';
    throw new ConfigError(
      'maxStartAttempts',
      `expected none with ${policy}, got ${maxStartAttempts}`,
      "It counts the respawns of 'permanent' and 'transient'. Leave it out",
    );
  }
  if (typeof maxForkCount === 'number' && maxStartAttempts > maxForkCount) {
    throw new ConfigError(
      'maxStartAttempts',
      `expected no more than maxForkCount, which is ${maxForkCount}, got ${maxStartAttempts}`,
      'maxForkCount counts the failed starts of all slots together and would always be reached first',
    );
  }
};

/** What pino knows nothing of; the rest of the options are its own. */
const checkLog = ({ file, rotate, transport }: Readonly<Record<string, unknown>>): void => {
  check('log.', { file, rotate }, rules().log, 'option');
  if (rotate !== undefined && file === undefined) {
    throw new ConfigError('log.rotate', 'expected log.file beside it, got none', 'A transport rotates its own files');
  }
  if (file !== undefined && transport !== undefined) {
    throw new ConfigError('log', 'expected file or transport, got both', 'A transport has files of its own');
  }
  if (isRecord(rotate)) check('log.rotate.', rotate, rules().rotate, 'option');
};

/** Which cluster is meant: nothing, or `{ cluster: name }`. Throws `ConfigError`. */
export const validateAddress = (what: string, to: unknown): void => {
  if (to === undefined) return;
  if (!isRecord(to)) throw new ConfigError(what, `expected { cluster: name }, or nothing, got ${showValue(to)}`);
  check(`${what}.`, to, { cluster: rules().name }, 'option');
};

/** Which slot of which cluster is meant: nothing, or `{ cluster: name, slot: number }` with one of them or both. Throws `ConfigError`. */
export const validateSlotAddress = (what: string, to: unknown): void => {
  if (to === undefined) return;
  if (!isRecord(to))
    throw new ConfigError(what, `expected { cluster: name, slot: number }, or nothing, got ${showValue(to)}`);
  check(`${what}.`, to, { cluster: rules().name, slot: rules().size }, 'option');
};

/** Who is meant: nothing, one worker, who sits in a slot, or a cluster. Throws `ConfigError`. */
export const validateRecipient = (what: string, to: unknown): void => {
  if (to === undefined) return;
  if (!isRecord(to)) {
    throw new ConfigError(what, `expected { cluster: name }, { slot: 1 }, a worker, or nothing, got ${showValue(to)}`);
  }
  // A worker has more than its id.
  if (!('id' in to)) check(`${what}.`, to, rules().recipient, 'option');
};

/** The children of a supervisor, as Observables, and how often it restarts them. Throws `ConfigError`. */
export const validateChildren = (what: string, children: readonly unknown[], options: unknown): void => {
  if (children.length === 0)
    throw new ConfigError(what, 'expected one Observable such as cluster$(conf), or more, got none');
  for (const [index, child] of children.entries()) {
    if (!isObservable(child)) {
      throw new ConfigError(
        what,
        `expected an Observable such as cluster$(conf) for child ${index + 1}, got ${showValue(child)}`,
      );
    }
  }
  if (!isRecord(options))
    throw new ConfigError(what, `expected { intensity, period } at the end, got ${showValue(options)}`);
  check(`${what}.`, options, rules().intensity, 'option');
};

/** Throws `ConfigError` unless it is a worker, or what stands for one: its id. */
export const validateWorker = (what: string, worker: Readonly<Record<'id', unknown>>): void => {
  if (typeof worker.id !== 'number')
    throw new ConfigError(`${what}.id`, `expected the id of a worker, got ${showValue(worker.id)}`);
};

/** Throws `ConfigError` unless it is a signal that can be handled. */
export const validateSignal = (what: string, name: unknown): void => {
  if (typeof name === 'string' && Object.hasOwn(rules().signals, name)) return;
  throw new ConfigError(
    what,
    `expected the name of a signal that can be handled, such as 'SIGUSR1', got ${showValue(name)}`,
  );
};

/** Throws `ConfigError` unless it is one of these words. */
export const validateWord = (what: string, word: unknown, known: readonly string[], expected: string): void => {
  if (typeof word === 'string' && known.includes(word)) return;
  const near = typeof word === 'string' ? nearest(word, known) : undefined;
  const mend =
    near === undefined ? `There are ${known.map((one) => `'${one}'`).join(', ')}` : `Did you mean '${near}'?`;
  throw new ConfigError(what, `expected ${expected}, got ${showValue(word)}`, mend);
};

/** Throws `ConfigError` unless it is an object with no other entries than these, each of which fits. */
export const validateParts = (what: string, parts: unknown, of: 'worker' | 'span'): void => {
  const known = rules()[of];
  if (!isRecord(parts)) {
    const some = Object.keys(known).join(', ');
    throw new ConfigError(what, `expected an object with some of ${some}, got ${showValue(parts)}`);
  }
  check(`${what}.`, parts, known, 'option');
};

/** Throws `ConfigError` unless it is the name of a command. */
export const validateCommand = (what: string, name: unknown): void => {
  if (typeof name !== 'string' || name === '')
    throw new ConfigError(what, `expected a command, a text that is not empty, got ${showValue(name)}`);
};

/** Throws `ConfigError` unless it is a function. */
export const validateListener = (what: string, listener: unknown): void => {
  if (typeof listener !== 'function') throw new ConfigError(what, `expected a function, got ${showValue(listener)}`);
};

/** Throws `ConfigError` unless it is the number of a slot. */
export const validateSlot = (what: string, slot: unknown): void => {
  const { size } = rules();
  if (!fits(size, slot)) throw new ConfigError(what, `expected ${size.expected}, got ${showValue(slot)}`);
};

/** Calls a function given for an option: what it returns must be what the option must be. Throws `ConfigError`. */
export const validateReturned = <T>(option: string, call: () => T): T => {
  const rule = rules().options[option];
  const value = attempt(option, call);
  if (isThenable(value)) {
    // Its rejection would end the master.
    value.then(undefined, () => {});
    throw new ConfigError(option, 'expected a function that returns the value at once; it returned a promise');
  }
  if (rule !== undefined && !fits(rule, value)) throw misfit(option, rule, value, '; the function returned');
  return value;
};

/** Throws `ConfigError` for what is no number of slots; `what` is where it came from. */
export const validateSize = (what: string, value: unknown): void => {
  const { size } = rules();
  if (!fits(size, value)) throw new ConfigError(what, `expected ${size.expected}, got ${showValue(value)}`);
};

/** What the observable given for `worker` has emitted, or what is wrong with it. */
export const validateEmitted = (value: number): number | ConfigError => {
  const { size } = rules();
  if (fits(size, value)) return value;
  const problem = `expected the observable to emit ${size.expected}, got ${showValue(value)}`;
  return new ConfigError('worker', problem, 'There are as many slots as before');
};

const attempt = <T>(option: string, call: () => T): T => {
  try {
    return call();
  } catch (thrown) {
    throw new ConfigError(option, `the function threw: ${messageOf(thrown)}`);
  }
};

const check = (prefix: string, values: Readonly<Record<string, unknown>>, known: Rules, what: string): void => {
  for (const [key, value] of Object.entries(values)) {
    const rule = Object.hasOwn(known, key) ? known[key] : undefined;
    if (what === 'signal' && uncatchable.has(key)) throw cannotBeHandled(`${prefix}${key}`, key);
    if (rule === undefined) throw unknown(prefix, key, Object.keys(known), what);
    // undefined is what a missing entry of somebody's own configuration looks like: the default is meant.
    if (value !== undefined && !fits(rule, value)) throw misfit(`${prefix}${key}`, rule, value);
  }
};

/** Names the entry that is wrong, if one is. */
const misfit = (option: string, rule: Rule, value: unknown, got = ', got'): ConfigError => {
  const { expected, mend, shown = showValue } = rule;
  const entries = typeof value === 'object' && value !== null ? rule.entries?.(value) : undefined;
  const wrong = entries?.find((entry) => !fits(entry.rule, entry.value));
  if (wrong !== undefined) return misfit(`${option}${wrong.name}`, wrong.rule, wrong.value, got);
  return new ConfigError(option, `expected ${expected}${got} ${shown(value)}`, mend?.(value));
};

const cannotBeHandled = (option: string, name: string): ConfigError =>
  new ConfigError(option, `expected a signal that can be handled, and no process can handle ${name}`, 'Leave it out');

const unknown = (prefix: string, key: string, known: readonly string[], what: string): ConfigError => {
  const near = nearest(key, known);
  const all = what === 'signal' ? undefined : `There are ${known.join(', ')}`;
  return new ConfigError(
    `${prefix}${key}`,
    `is not an ${what}`.replace('an s', 'a s'),
    near === undefined ? all : `Did you mean ${prefix}${near}?`,
  );
};

/** What somebody may have meant by a word. */
const nearest = (word: string, known: readonly string[]): string | undefined => {
  const [near = ''] = known.toSorted((one, other) => leven(one, word) - leven(other, word));
  return leven(near.toLowerCase(), word.toLowerCase()) <= Math.max(2, word.length / 3) ? near : undefined;
};
