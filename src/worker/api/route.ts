import { createRoute, type Route } from '../../operators/messages/route.js';
import { type Cmd, createCmd } from '../../operators/messages/cmd.js';
import { masterConnection } from './masterConnection.js';
import type { FromMaster } from './messages.js';

const fault = (error: Error): void => masterConnection()?.say({ type: 'fault', why: error.message });

/**
 * Calls the handler of each command; messages without one pass. What a handler returns, or its promise comes to, answers a request, nothing too; one that takes `reply` answers by itself. One that throws ends nothing: it is an `error` event of the master, and whoever asked
 * hears so.
 *
 * @example
 * messages$.pipe(route({ stats: () => ({ requests }), reload: () => reload() })).subscribe();
 */
export const route: Route<FromMaster> = createRoute((_, error) => fault(error));

/**
 * Whether a message is `{ cmd: name, … }`: a predicate for `filter`, where it narrows the type. With a schema it is an operator, for `pipe`: it lets through what fits, as the schema has it; what does not is an `error` event of
 * the master.
 *
 * @example
 * messages$.pipe(filter(cmd('reload'))).subscribe(() => reload());
 */
export const cmd: Cmd = createCmd((_, error) => fault(error));
