import cluster from 'node:cluster';
import { type Cmd, createCmd } from '../../operators/messages/cmd.js';
import type { MessageCarrier, Message } from '../../operators/messages/message.js';
import { createRoute, type Route } from '../../operators/messages/route.js';
import { adviceForWorker } from '../../host/processRole.js';
import { reportWorkerError } from '../../registry/runningClusters.js';

const isOurs = (event: MessageCarrier): event is Message => 'worker' in event;

/** The worker whose message it was is named. */
const tell = (event: MessageCarrier, error: Error): void =>
  cluster.isWorker
    ? // No master hears of it by way of this entry point.
      process.emitWarning(
        `${error.message}. ${adviceForWorker('route')}, cmd too: then it is an error event of the master`,
      )
    : reportWorkerError(isOurs(event) ? event.worker : undefined, error);

/**
 * Calls the handler of each command; messages without one pass. One look into a table, however many there are. What a handler returns, or its promise comes to, answers a request, nothing too; one that takes `reply` answers by itself. One that throws or
 * rejects is an `error` event, and whoever asked hears so; everything else goes on.
 *
 * @example
 * messages$.pipe(route({ fromWorker: ({ worker, message }) => console.log(worker.slot, message), config: () => ({ mode: 'fast' }) })).subscribe();
 */
export const route: Route<Message> = createRoute(tell);

/**
 * Whether a message is `{ cmd: name, … }`: a predicate for `filter`, where it narrows the type. Throws `ConfigError` for a name that is no text.
 *
 * With a schema of any library that speaks Standard Schema (valibot, zod, arktype …) it is an operator, for `pipe`: it lets through what fits, as the schema has it; what does not fit is an `error` event with the worker that
 * sent it, and a request is answered with that error. So is a schema that throws, and one that is asynchronous: messages would lose their order while it is waited for.
 *
 * @example
 * messages$.pipe(filter(cmd('fromWorker'))).subscribe(({ message }) => console.log(message.msg));
 * messages$.pipe(cmd('order', v.object({ cmd: v.literal('order'), id: v.number() }))).subscribe(({ message }) => ship(message.id));
 */
export const cmd: Cmd = createCmd((event, error) => {
  tell(event, error);
  if (isOurs(event)) event.reply?.(error);
});
