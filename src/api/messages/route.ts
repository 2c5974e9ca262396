import cluster from 'node:cluster';
import { type Cmd, createCmd } from '../../operators/messages/cmd.js';
import type { MessageCarrier, Message } from '../../operators/messages/message.js';
import { createRoute, type Route } from '../../operators/messages/route.js';
import { adviceForWorker } from '../../host/processRole.js';
import { reportWorkerError } from '../../registry/runningClusters.js';

const isFromWorker = (event: MessageCarrier): event is Message => 'worker' in event;

const report = (event: MessageCarrier, error: Error): void =>
  cluster.isWorker
    ? // This entry point has no connection to the master.
      process.emitWarning(
        `${error.message}. ${adviceForWorker('route')}, cmd too: then it is an error event of the master`,
      )
    : reportWorkerError(isFromWorker(event) ? event.worker : undefined, error);

/**
 * Calls the handler of each command, and emits the messages that have no handler. The lookup is a `Map`, so its cost does not grow with the number of handlers.
 *
 * What a handler returns, or what its promise resolves with, is the reply to a request, also `undefined`. A handler that reads `reply` replies itself. A handler that throws or rejects is an `error`
 * event and the reply of a request; the stream continues. With a type argument, a map from commands to messages, the handlers know their messages. Throws `ConfigError` for a handler that is not a function.
 *
 * @example
 * messages$.pipe(route({ fromWorker: ({ worker, message }) => console.log(worker.slot, message), config: () => ({ mode: 'fast' }) })).subscribe();
 * messages$.pipe(route<{ hit: { page: string } }>({ hit: ({ message }) => console.log(message.page) })).subscribe();
 */
export const route: Route<Message> = createRoute(report);

/**
 * Whether a message is `{ cmd: name, … }`: a predicate for `filter`. It narrows the type of the message, to the type argument if there is one. Throws `ConfigError` for a name that is not a string.
 *
 * With a schema of a library that supports Standard Schema (valibot, zod, arktype …) it is an operator for `pipe`: it emits the messages that the schema accepts, with the schema's output. A message that
 * the schema rejects is an `error` event of its worker, and the reply of a request. A schema that throws or is asynchronous rejects every message; waiting for it would change the order of messages.
 *
 * @example
 * messages$.pipe(filter(cmd('fromWorker'))).subscribe(({ message }) => console.log(message.msg));
 * messages$.pipe(filter(cmd<{ page: string }>('hit'))).subscribe(({ message }) => console.log(message.page));
 * messages$.pipe(cmd('order', v.object({ cmd: v.literal('order'), id: v.number() }))).subscribe(({ message }) => ship(message.id));
 */
export const cmd: Cmd = createCmd((event, error) => {
  report(event, error);
  if (isFromWorker(event)) event.reply?.(error);
});
