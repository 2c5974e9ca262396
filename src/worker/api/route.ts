import { createRoute, type Route } from '../../operators/messages/route.js';
import { type Cmd, createCmd } from '../../operators/messages/cmd.js';
import { masterConnection } from './masterConnection.js';
import type { FromMaster } from './messages.js';

const reportFault = (error: Error): void => masterConnection()?.send({ type: 'fault', why: error.message });

/**
 * Calls the handler of each command; messages without a handler pass. What a handler returns, or what its promise resolves with, answers a request, also `undefined`; a handler that reads `reply` answers by itself.
 * If a handler throws, the stream continues: the master gets an `error` event, and the request fails.
 *
 * @example
 * messages$.pipe(route({ stats: () => ({ requests }), reload: () => reload() })).subscribe();
 */
export const route: Route<FromMaster> = createRoute((_, error) => reportFault(error));

/**
 * Creates a predicate for messages `{ cmd: name, … }`, for `filter`, where it narrows the type. With a schema it is an operator, for `pipe`: it emits the messages that the schema accepts, with the schema's output. A message that the schema
 * rejects becomes an `error` event of the master.
 *
 * @example
 * messages$.pipe(filter(cmd('reload'))).subscribe(() => reload());
 */
export const cmd: Cmd = createCmd((_, error) => reportFault(error));
