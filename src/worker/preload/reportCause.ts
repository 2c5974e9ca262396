/** The error that this worker is about to die of is told to the master, whoever else handles it. */
import * as channel from './masterChannel.js';
import * as text from './text.js';

import cluster from 'node:cluster';

/** The application's handler has decided that the worker ends, a little later. */
const ends = (): boolean => cluster.worker?.exitedAfterDisconnect === true || Boolean(process.exitCode);

/** Set while it is not yet known whether the worker survives. */
let pending = false;

/** The application has handled the error and goes on: it is not the cause of what ends this worker later. */
const survive = (): void => {
  pending = false;
  if (!ends()) channel.say({ cmd: 'NODE_PROTEUS_CLUSTER:cause' });
};

const start = (): void => {
  process.on('uncaughtExceptionMonitor', (error) => {
    // At once: nothing runs in a worker that dies of it.
    channel.say({ cmd: 'NODE_PROTEUS_CLUSTER:cause', cause: text.describe(error) });
    if (pending) return;
    pending = true;
    setImmediate(channel.safely('cause', survive)).unref();
  });
};

export { start };
