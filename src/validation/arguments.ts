import { isObservable } from 'rxjs';
import { ConfigError, showValue } from '../vocabulary/errors.js';
import { check, checkValue } from './check.js';
import { isRecord } from './isRecord.js';
import { nearest } from './nearest.js';
import { flag, number, orInfinity, type Rule, type Rules, size, text, whole } from './rule.js';
import { catchable } from '../vocabulary/signals.js';

// Checks of the arguments of public functions. Each throws `ConfigError`; `what` names the function or its argument.

const recipientRules: Rules = { id: number, slot: size, cluster: text };

const intensityRules: Rules = {
  intensity: orInfinity(whole(0)),
  period: {
    accepts: (value) => typeof value === 'number' && value > 0,
    expected: 'a time in ms, more than 0',
  },
};

const moment: Rule = {
  accepts: (value) => (value instanceof Date ? !Number.isNaN(value.getTime()) : number.accepts(value)),
  expected: 'a time in ms since the epoch, or a Date that is valid',
};

/** The fields of a `WorkerRef`; the last three only workers of `workers$` have. */
const workerRules: Rules = {
  cluster: text,
  slot: number,
  generation: number,
  id: number,
  pid: number,
  ready: flag,
  withdrawn: flag,
  leaving: flag,
};

const partsRules = { worker: workerRules, span: { since: moment, until: moment } };

/** The address of a cluster: nothing, or `{ cluster: name }`. */
export const validateAddress = (what: string, to: unknown): void => {
  if (to === undefined) return;
  if (!isRecord(to)) throw new ConfigError(what, `expected { cluster: name }, or nothing, got ${showValue(to)}`);
  check(`${what}.`, to, { cluster: text });
};

/** What is restarted: nothing, or `{ cluster: name, slot: number, why: text }` with some of them. */
export const validateRestartAddress = (what: string, to: unknown): void => {
  if (to === undefined) return;
  if (!isRecord(to))
    throw new ConfigError(what, `expected { cluster: name, slot: number }, or nothing, got ${showValue(to)}`);
  check(`${what}.`, to, { cluster: text, slot: size, why: text });
};

/** The address of workers: nothing, one worker, a slot, or a cluster. */
export const validateRecipient = (what: string, to: unknown): void => {
  if (to === undefined) return;
  if (!isRecord(to)) {
    throw new ConfigError(what, `expected { cluster: name }, { slot: 1 }, a worker, or nothing, got ${showValue(to)}`);
  }
  // A worker may have further fields.
  if (!('id' in to)) check(`${what}.`, to, recipientRules);
};

/** The children of a supervisor: Observables, and how often it restarts them. */
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
  check(`${what}.`, options, intensityRules);
};

/** A worker, or an object with its id. */
export const validateWorker = (what: string, worker: Readonly<Record<'id', unknown>>): void => {
  if (typeof worker.id !== 'number')
    throw new ConfigError(`${what}.id`, `expected the id of a worker, got ${showValue(worker.id)}`);
};

/** The name of a signal that can be handled. */
export const validateSignal = (what: string, name: unknown): void => {
  if (typeof name === 'string' && catchable.includes(name)) return;
  throw new ConfigError(
    what,
    `expected the name of a signal that can be handled, such as 'SIGUSR1', got ${showValue(name)}`,
  );
};

/** One of the known words. */
export const validateWord = (what: string, word: unknown, known: readonly string[], expected: string): void => {
  if (typeof word === 'string' && known.includes(word)) return;
  const near = typeof word === 'string' ? nearest(word, known) : undefined;
  const fix = near === undefined ? `There are ${known.map((one) => `'${one}'`).join(', ')}` : `Did you mean '${near}'?`;
  throw new ConfigError(what, `expected ${expected}, got ${showValue(word)}`, fix);
};

/** Part of a worker, or of a span of time: an object with no other entries than these. */
export const validateParts = (what: string, parts: unknown, of: keyof typeof partsRules): void => {
  const known: Rules = partsRules[of];
  if (!isRecord(parts)) {
    const some = Object.keys(known).join(', ');
    throw new ConfigError(what, `expected an object with some of ${some}, got ${showValue(parts)}`);
  }
  check(`${what}.`, parts, known);
};

/** The name of a command. */
export const validateCommand = (what: string, name: unknown): void => {
  if (typeof name !== 'string' || name === '')
    throw new ConfigError(what, `expected a command (a string that is not empty), got ${showValue(name)}`);
};

/** A function. */
export const validateListener = (what: string, listener: unknown): void => {
  if (typeof listener !== 'function') throw new ConfigError(what, `expected a function, got ${showValue(listener)}`);
};

/** The number of a slot. */
export const validateSlot = (what: string, slot: unknown): void => checkValue(what, size, slot);

/** A number of slots. */
export const validateSize = (what: string, value: unknown): void => checkValue(what, size, value);

/** Checks a number of things to return. */
export const validateCount = (what: string, value: unknown): void => checkValue(what, orInfinity(whole(0)), value);
