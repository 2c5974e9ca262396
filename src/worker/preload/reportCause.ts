/** Reports an uncaught error to the master before the worker dies of it. */
import * as channel from './masterChannel.js';
import * as text from './text.js';

import cluster from 'node:cluster';

/** Whether the application's handler has made the worker end, perhaps a little later. */
const isEnding = (): boolean => cluster.worker?.exitedAfterDisconnect === true || Boolean(process.exitCode);

/** Set while it is not yet known whether the worker survives. */
let pending = false;

/** Withdraws the report: the application has handled the error and goes on, so the error is not the cause of a later exit. */
const reportSurvival = (): void => {
  pending = false;
  if (!isEnding()) channel.send({ cmd: 'NODE_PROTEUS_CLUSTER:cause' });
};

const start = (): void => {
  process.on('uncaughtExceptionMonitor', (error) => {
    // At once, because no later turn runs if the worker dies of the error.
    channel.send({ cmd: 'NODE_PROTEUS_CLUSTER:cause', cause: text.describe(error) });
    if (pending) return;
    pending = true;
    setImmediate(channel.safely('cause', reportSurvival)).unref();
  });
};

export { start };
