import cluster from 'node:cluster';
import { type Cmd, commands } from '../operators/cmd.js';
import type { Carrier, Message } from '../operators/message.js';
import { routing } from '../operators/routing.js';
import { inWorker } from '../role.js';
import { complain } from '../running.js';

const isOurs = (event: Carrier): event is Message => 'worker' in event;

/** The worker whose message it was is named. */
const tell = (event: Carrier, error: Error): void =>
  cluster.isWorker
    ? // No master hears of it by way of this entry point.
      process.emitWarning(`${error.message}. ${inWorker('route')}, cmd too: then it is an error event of the master`)
    : complain(isOurs(event) ? event.worker : undefined, error);

/**
 * Calls the handler of each command; messages without one pass. One look into a table, however many there are. What a handler returns, or its promise comes to, answers a request, nothing too; one that takes `reply` answers by itself. One that throws or
 * rejects is an `error` event, and whoever asked hears so; everything else goes on.
 *
 * @example
 * messages$.pipe(route({ fromWorker: ({ worker, message }) => console.log(worker.slot, message), config: () => ({ mode: 'fast' }) })).subscribe();
 */
export const route: ReturnType<typeof routing> = routing(tell);

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
export const cmd: Cmd = commands((event, error) => {
  tell(event, error);
  if (isOurs(event)) event.reply?.(error);
});
