import { type ErrorData, messageOf } from './errorData.js';
import type { Exit, FailedStart, WorkerRef } from './events.js';
import { harmless, nameOf } from './wording.js';

export { messageOf };

/** An option is wrong. The message names it, what was expected, what came and how to mend it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(
    readonly option: string,
    problem: string,
    mend?: string,
  ) {
    super(`${option}: ${problem}${mend === undefined ? '' : `. ${mend}`}`);
  }
}

/** The pid file cannot be had: a live master holds it, it is not ours, or its path cannot be written. */
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

/** The log cannot be written to: its file cannot be opened, or another cluster of this master writes it in another way. */
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

/** A cluster was started while one of the same name is running in this process. */
export class AlreadyRunningError extends Error {
  override readonly name = 'AlreadyRunningError';
}

/** Something was asked of a cluster that is not running. */
export class NotRunningError extends Error {
  override readonly name = 'NotRunningError';
}

/** A message could not be sent. */
export class MessageError extends Error {
  override readonly name = 'MessageError';
}

/** A request, or an observed stream, has no answer. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  constructor(
    /** `timeout`: none came in time. `gone`: who was asked has left. `failed`: who was asked could not answer. */
    readonly reason: 'timeout' | 'gone' | 'failed',
    why: string,
  ) {
    super(`request: ${why}`);
  }
}

/** A worker left on its own. */
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
 * has failed to start `maxStartAttempts` times. `limit` is the one that was reached, `cause` the uncaught error of the last worker.
 */
export class ForkLimitError extends Error {
  override readonly name = 'ForkLimitError';
  readonly limit: number;
  readonly worker: WorkerRef;
  constructor({
    limit,
    worker,
    why,
    start,
    cause,
  }: {
    readonly limit: number;
    readonly worker: WorkerRef;
    readonly why: string;
    readonly start?: FailedStart;
    readonly cause?: ErrorData;
  }) {
    const last = `The last one, ${nameOf(worker)}, ${why}. Mend what ends them, or raise`;
    super(
      start === undefined
        ? `gave up: workers ended ${limit} times before minUptime and none is ready. ${last} maxForkCount`
        : `gave up: no worker of the cluster has been available, and slot ${worker.slot} failed to start ${start.failed} times. ${last} maxStartAttempts`,
      cause && { cause: told(cause) },
    );
    this.limit = start?.limit ?? limit;
    this.worker = worker;
  }
}

/** Node prints it beside ours, so what a worker wrote into it must not control a terminal. */
const told = ({ name, message, stack }: ErrorData): Error =>
  Object.assign(new Error(harmless(message)), { name: harmless(name), stack: harmless(stack) });

/** A supervisor has given up: a cluster failed once too often, or could not start. `cause` is the error of that cluster, a `ForkLimitError` for example. */
export class SupervisorError extends Error {
  override readonly name = 'SupervisorError';
  constructor(
    /** The supervisor's function: `oneForAll` or `restForOne`. */
    readonly supervisor: string,
    /** The name of the cluster that failed; `undefined` if it failed before it told anything. */
    readonly cluster: string | undefined,
    child: number,
    cause: unknown,
  ) {
    const who = cluster === undefined ? `child ${child}` : `cluster '${cluster}'`;
    super(`${supervisor} gives up: ${who} failed: ${messageOf(cause)}`, { cause });
  }
}

/** An exit in words, for errors and for the log. */
export const exitText = ({ code, signal, reason, cause }: Exit): string => {
  const how =
    reason === 'spawn'
      ? 'could not be started'
      : signal === null
        ? `exited with code ${code}`
        : `was ended by ${signal}${reason === 'crash' ? hint(signal) : ''}`;
  return cause === undefined ? how : harmless(`${how}: ${cause.name}: ${cause.message}`);
};

/** What usually sends a signal that this master did not send. */
const hint = (signal: string): string => {
  if (signal === 'SIGKILL') return ', which this master did not send (possibly out of memory)';
  return signal === 'SIGABRT' ? ' (possibly the heap of V8 was full)' : '';
};

/** What came, without what is in it: an environment or a logger may hold secrets. */
export const showValue = (value: unknown): string => {
  if (typeof value === 'string')
    return value.length > 60 ? `a text of ${value.length} characters` : JSON.stringify(value);
  if (value === null || typeof value === 'number' || typeof value === 'boolean' || typeof value === 'undefined')
    return String(value);
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid Date' : 'a Date';
  if (value instanceof URL) return `a URL of ${value.protocol}`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
};
