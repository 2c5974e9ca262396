import type { MonoTypeOperatorFunction } from 'rxjs';
import { rxjs } from '../../dependencies/rxjs.js';
import { ConfigError, messageOf, showValue } from '../../vocabulary/errors.js';
import type { CommandMessage } from './cmd.js';
import type { MessageCarrier } from './message.js';
import { isThenable } from '../../vocabulary/thenable.js';

/** A message that may be a request: a value of `messages$`. */
export interface Answerable extends MessageCarrier {
  readonly reply?: ((message: unknown) => void) | undefined;
}

/** Handles a message. What it returns, or what its promise resolves with, answers a request. */
type Handler<E> = (event: E) => unknown;

/** Handlers by command. `M`: the type of the message of each command. */
type Handlers<E, M> = {
  readonly [C in keyof M]?: Handler<Omit<E, 'message'> & { readonly message: M[C] }>;
};

/** `route(handlers)` or `route<Types>(handlers)`, where `Types` has the type of the message of each command. */
export interface Route<E extends Answerable> {
  // C is inferred from the keys, so that each handler knows its command.
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters
  <S extends E, C extends string>(handlers: {
    readonly [K in C]: Handler<S & { readonly message: CommandMessage<K> }>;
  }): MonoTypeOperatorFunction<S>;
  <M extends object>(handlers: Handlers<E, M>): MonoTypeOperatorFunction<E>;
}

/** Called with what a handler threw. */
export type OnHandlerFailure = (event: MessageCarrier, error: Error) => void;

/**
 * Calls the handler of a message's `cmd` and drops the message; messages without a handler pass.
 *
 * ```
 * source               a--b--c|
 * route({ b: f })      a-----c|      calls f(b)
 * ```
 *
 * A handler that throws or rejects ends nothing: the error is reported with `onFailure` and to the requester.
 */
export const createRoute = <E extends Answerable>(onFailure: OnHandlerFailure): Route<E> => {
  const route = (handlers: object): MonoTypeOperatorFunction<E> => {
    if (typeof handlers !== 'object' || handlers === null || Array.isArray(handlers))
      throw new ConfigError(
        'route()',
        `expected an object with a handler for each command, got ${showValue(handlers)}`,
      );
    const routes = new Map<string, Handler<E>>();
    for (const [name, handler] of Object.entries<unknown>({ ...handlers })) {
      if (!isHandler(handler))
        throw new ConfigError(`route().${name}`, `expected a function that takes the message, got ${typeof handler}`);
      routes.set(name, handler);
    }
    return rxjs().filter((event) => {
      const { message } = event;
      if (typeof message !== 'object' || message === null || !('cmd' in message) || typeof message.cmd !== 'string')
        return true;
      const handler = routes.get(message.cmd);
      if (handler === undefined) return true;
      call(handler, event, (thrown) =>
        onFailure(
          event,
          new Error(`route: the handler of '${String(message.cmd)}' threw: ${messageOf(thrown)}`, { cause: thrown }),
        ),
      );
      return false;
    });
  };
  return route;
};

const isHandler = <E>(handler: unknown): handler is Handler<E> => typeof handler === 'function';

const call = <E extends Answerable>(handler: Handler<E>, event: E, failed: (thrown: unknown) => void): void => {
  const { reply } = event;
  if (reply === undefined) return run(handler, event, () => {}, failed);
  // A handler that reads `reply` answers by itself, perhaps later. For all others the returned value is the answer, also `undefined`.
  let repliesItself = false;
  const withReply = {
    ...event,
    get reply() {
      repliesItself = true;
      return reply;
    },
  };
  return run(
    handler,
    withReply,
    (result) => {
      if (!repliesItself || result !== undefined) reply(result);
    },
    (thrown) => {
      failed(thrown);
      try {
        reply(thrown instanceof Error ? thrown : new Error(messageOf(thrown)));
      } catch {
        // The handler answered before it threw.
      }
    },
  );
};

/** Calls a handler and passes its result or error on, also when it is asynchronous. */
const run = <E>(
  handler: Handler<E>,
  event: E,
  answer: (result: unknown) => void,
  failed: (thrown: unknown) => void,
): void => {
  const attempt = (action: () => void) => {
    try {
      action();
    } catch (thrown) {
      failed(thrown);
    }
  };
  attempt(() => {
    const result = handler(event);
    // `answer` may throw; without `attempt` that would be an unhandled rejection.
    if (isThenable(result)) result.then((value) => attempt(() => answer(value)), failed);
    else answer(result);
  });
};
