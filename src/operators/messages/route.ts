import type { MonoTypeOperatorFunction } from 'rxjs';
import { rxjs } from '../../dependencies/rxjs.js';
import { ConfigError, messageOf, showValue } from '../../vocabulary/errors.js';
import type { CommandMessage } from './cmd.js';
import type { MessageCarrier } from './message.js';
import { isThenable } from '../../vocabulary/thenable.js';

/** What may be answered: one of `messages$`. */
export interface Answerable extends MessageCarrier {
  readonly reply?: ((message: unknown) => void) | undefined;
}

/** Takes a message. What it returns, or what a promise of it comes to, answers a request. */
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

/** Is told what a handler threw. */
export type OnHandlerFailure = (event: MessageCarrier, error: Error) => void;

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
export const createRoute = <E extends Answerable>(failing: OnHandlerFailure): Route<E> => {
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
        failing(
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
  // Who takes the reply means to answer itself, perhaps later; for all others what they return is the answer, nothing too.
  let taken = false;
  const own = {
    ...event,
    get reply() {
      taken = true;
      return reply;
    },
  };
  return run(
    handler,
    own,
    (result) => {
      if (!taken || result !== undefined) reply(result);
    },
    (thrown) => {
      failed(thrown);
      try {
        reply(thrown instanceof Error ? thrown : new Error(messageOf(thrown)));
      } catch {
        // It has answered before it threw.
      }
    },
  );
};

/** Calls it, and hears of its end, also where that is later. */
const run = <E>(
  handler: Handler<E>,
  event: E,
  answer: (result: unknown) => void,
  failed: (thrown: unknown) => void,
): void => {
  const attempt = (act: () => void) => {
    try {
      act();
    } catch (thrown) {
      failed(thrown);
    }
  };
  attempt(() => {
    const result = handler(event);
    // An answer may be refused, and nobody else takes that rejection.
    if (isThenable(result)) result.then((value) => attempt(() => answer(value)), failed);
    else answer(result);
  });
};
