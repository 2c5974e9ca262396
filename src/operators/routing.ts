import { filter, type MonoTypeOperatorFunction } from 'rxjs';
import { ConfigError, messageOf } from '../errors.js';
import type { Carrier } from './message.js';

/** What may be answered: one of `messages$`. */
export interface Answerable extends Carrier {
  readonly reply?: ((message: unknown) => void) | undefined;
}

/** Takes a message. What it returns, or what a promise of it comes to, answers a request. */
type Handler<E> = (event: E) => unknown;

/** By command. */
export type Handlers<E> = Readonly<Record<string, Handler<E>>>;

/** Is told what a handler threw. */
export type Failing = (event: Carrier, error: Error) => void;

/**
 * Takes out the messages whose `cmd` has a handler, and calls it; the others pass.
 *
 * ```
 * source               a--b--c|
 * routing(…)({ b: f }) a-----c|      f(b)
 * ```
 *
 * A handler that throws, or rejects, ends nothing: `failing` is told, and whoever asked.
 */
export const routing =
  (failing: Failing) =>
  <E extends Answerable>(handlers: Handlers<E>): MonoTypeOperatorFunction<E> => {
    const routes = new Map(Object.entries(handlers));
    for (const [name, handler] of routes) {
      if (typeof handler !== 'function')
        throw new ConfigError(`route().${name}`, `expected a function that takes the message, got ${typeof handler}`);
    }
    return filter((event) => {
      const { message } = event;
      if (typeof message !== 'object' || message === null || !('cmd' in message) || typeof message.cmd !== 'string')
        return true;
      const handler = routes.get(message.cmd);
      if (handler === undefined) return true;
      call(handler, event, (thrown) =>
        failing(
          event,
          new Error(`route: the handler of '${String(message.cmd)}' threw: ${messageOf(thrown)}`, { cause: thrown }),
        ),
      );
      return false;
    });
  };

const call = <E extends Answerable>(handler: Handler<E>, event: E, failed: (thrown: unknown) => void): void => {
  const { reply } = event;
  const fail = (thrown: unknown) => {
    failed(thrown);
    if (reply === undefined) return;
    try {
      reply(thrown instanceof Error ? thrown : new Error(messageOf(thrown)));
    } catch {
      // It has answered before it threw.
    }
  };
  const answer = (result: unknown) => {
    if (result !== undefined) reply?.(result);
  };
  try {
    const result = handler(event);
    if (isThenable(result)) result.then(reply === undefined ? undefined : answer).then(undefined, fail);
    else if (reply !== undefined) answer(result);
  } catch (thrown) {
    fail(thrown);
  }
};

interface Thenable {
  readonly then: (done?: (result: unknown) => void, failed?: (thrown: unknown) => void) => Thenable;
}

const isThenable = (result: unknown): result is Thenable =>
  typeof result === 'object' && result !== null && 'then' in result && typeof result.then === 'function';
