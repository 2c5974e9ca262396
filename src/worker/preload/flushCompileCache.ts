/** Writes V8's compile cache soon after this worker serves, and not only when it ends, because a worker that is killed writes none. */
import diagnostics_channel from 'node:diagnostics_channel';
import * as channel from './masterChannel.js';

/** From the first server that listens, so that the code of the first requests is in the cache too. In ms. */
const flushDelayMs = 500;

/** One worker of the cluster is enough. */
const isFirst = process.env['PROTEUS_CLUSTER_SLOT'] === '1';

const write = (): void => {
  // Node 22.10 and later.
  const flush: unknown = Reflect.get(process.getBuiltinModule('node:module'), 'flushCompileCache');
  if (typeof flush === 'function') flush();
};

const start = (): void => {
  if (!isFirst || process.env['NODE_COMPILE_CACHE'] === undefined) return;
  const name = 'tracing:net.server.listen:asyncEnd';
  const schedule = () => {
    diagnostics_channel.unsubscribe(name, schedule);
    setTimeout(channel.safely('the compile cache', write), flushDelayMs).unref();
  };
  diagnostics_channel.subscribe(name, schedule);
};

export { start };
