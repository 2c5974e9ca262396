import { type ErrorData, messageOf } from './errorData.js';
import type { Exit, FailedStart, WorkerRef } from './events.js';
import { harmless, nameOf } from './wording.js';

export { messageOf };

/** An option or argument is wrong. The message names it, what was expected, what was given and how to fix it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(
    readonly option: string,
    problem: string,
    fix?: string,
  ) {
    super(`${option}: ${problem}${fix === undefined ? '' : `. ${fix}`}`);
  }
}

/** The pid file cannot be used: it belongs to a running master, it was not written by this package, or its path cannot be written. */
export class PidFileError extends Error {
  override readonly name = 'PidFileError';
  constructor(
    readonly path: string,
    problem: string,
    options?: ErrorOptions,
  ) {
    super(`pid: ${path} ${problem}`, options);
  }
}

/** The log cannot be written: its file cannot be opened, or another cluster of this master writes the same file with other options. */
export class LogError extends Error {
  override readonly name = 'LogError';
  constructor(
    readonly path: string,
    problem: string,
    options?: ErrorOptions,
  ) {
    super(`log: ${path} ${problem}`, options);
  }
}

/** A cluster was started while a cluster of the same name is running in this process. */
export class AlreadyRunningError extends Error {
  override readonly name = 'AlreadyRunningError';
}

/** A command was given for a cluster or a slot that does not exist. */
export class NotRunningError extends Error {
  override readonly name = 'NotRunningError';
}

/** A message cannot be sent. */
export class MessageError extends Error {
  override readonly name = 'MessageError';
}

/** A request has no reply, or an observed stream has failed. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  constructor(
    /** `timeout`: no reply came in time. `gone`: the other process has left. `failed`: the other process replied with an error. */
    readonly reason: 'timeout' | 'gone' | 'failed',
    why: string,
  ) {
    super(`request: ${why}`);
  }
}

/** A worker exited without having been asked to by this master. */
export class WorkerExitError extends Error {
  override readonly name = 'WorkerExitError';
  constructor(
    readonly worker: WorkerRef,
    readonly exit: Exit,
  ) {
    super(`${nameOf(worker)} ${exitText(exit)}`);
  }
}

/**
 * The workers crash faster than the budget of `maxForkCount` allows and none is left to serve; or no worker was ever available and every slot
 * has failed to start `maxStartAttempts` times; or a respawn policy of your own gave up. `limit` is the one that was reached, `cause` the uncaught error of the last worker.
 */
export class ForkLimitError extends Error {
  override readonly name = 'ForkLimitError';
  /** `undefined` if a policy of your own gave up for another reason than a limit. */
  readonly limit: number | undefined;
  readonly worker: WorkerRef;
  constructor({
    limit,
    worker,
    why,
    reason,
    start,
    cause,
  }: {
    readonly limit?: number;
    readonly worker: WorkerRef;
    readonly why: string;
    readonly reason: string;
    readonly start?: FailedStart;
    readonly cause?: ErrorData;
  }) {
    const counted = limit === undefined ? undefined : 'maxForkCount';
    const option = start === undefined ? counted : 'maxStartAttempts';
    const last = `The last one, ${nameOf(worker)}, ${why}. Fix what ends them`;
    super(
      `gave up: ${reason}. ${last}${option === undefined ? '' : `, or raise ${option}`}`,
      cause && { cause: harmlessError(cause) },
    );
    this.limit = start?.limit ?? limit;
    this.worker = worker;
  }
}

/** The error of a worker without control characters, because Node prints it to the terminal. */
const harmlessError = ({ name, message, stack }: ErrorData): Error =>
  Object.assign(new Error(harmless(message)), { name: harmless(name), stack: harmless(stack) });

/** A supervisor has given up: a cluster failed more often than the supervisor allows, or could not start. `cause` is the error of that cluster, such as a `ForkLimitError`. */
export class SupervisorError extends Error {
  override readonly name = 'SupervisorError';
  constructor(
    /** The supervisor's function: `oneForAll` or `restForOne`. */
    readonly supervisor: string,
    /** The name of the cluster that failed; `undefined` if it failed before it emitted an event. */
    readonly cluster: string | undefined,
    child: number,
    cause: unknown,
  ) {
    const who = cluster === undefined ? `child ${child}` : `cluster '${cluster}'`;
    super(`${supervisor} gives up: ${who} failed: ${messageOf(cause)}`, { cause });
  }
}

/** Describes an exit, for errors and for the log. */
export const exitText = ({ code, signal, reason, cause }: Exit): string => {
  const how =
    reason === 'spawn'
      ? 'could not be started'
      : signal === null
        ? `exited with code ${code}`
        : `was ended by ${signal}${reason === 'crash' && cause === undefined ? hint(signal) : ''}`;
  return cause === undefined ? how : harmless(`${how}: ${cause.name}: ${cause.message}`);
};

/** The usual origin of a signal that this master did not send. */
const hint = (signal: string): string => {
  if (signal === 'SIGKILL') return ', which this master did not send (possibly out of memory)';
  return signal === 'SIGABRT' ? ' (possibly the heap of V8 was full)' : '';
};

/** Shows a wrong value in an error, without the contents of objects: an environment or a logger may hold secrets. */
export const showValue = (value: unknown): string => {
  if (typeof value === 'string')
    return value.length > 60 ? `a string of ${value.length} characters` : JSON.stringify(value);
  if (value === null || typeof value === 'number' || typeof value === 'boolean' || typeof value === 'undefined')
    return String(value);
  if (Array.isArray(value)) return 'an array';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid Date' : 'a Date';
  if (value instanceof URL) return `a URL of ${value.protocol}`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
};
