/** What V8 has compiled is written down once this worker serves, not only when it ends: the next one may be needed because this one was killed. */
import diagnostics_channel from 'node:diagnostics_channel';
import * as channel from './masterChannel.js';

/** From the first server that listens, in ms: the first requests have more compiled. */
const delay = 500;

/** One of the workers is enough. */
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
    setTimeout(channel.safely('the compile cache', write), delay).unref();
  };
  diagnostics_channel.subscribe(name, schedule);
};

export { start };
