/**
 * Runs in every worker before the application, without a line in it. It loads nothing but what Node has loaded anyway, and does nothing
 * outside a worker's main thread: `child_process.fork`, `node:cluster` and `Worker` pass execArgv on.
 */
import type { WorkerSays } from './vocabulary/protocol.js';

import cluster from 'node:cluster';

interface Part {
  readonly start: () => void;
}

const parts: readonly (() => Part)[] = [
  () => require('./worker/preload/blockingOutput.js'),
  () => require('./worker/preload/earlyFrames.js'),
  () => require('./features/leader/preload.js'),
  () => require('./worker/preload/leaving.js'),
  () => require('./worker/preload/groupSignals.js'),
  () => require('./worker/preload/flushCompileCache.js'),
  () => require('./worker/preload/reportCause.js'),
  () => require('./worker/preload/orphan.js'),
];

/** A release that is being copied over this one may lack a file for a moment: the worker serves all the same, without that part. */
const start = (part: () => Part): void => {
  try {
    part().start();
  } catch (error) {
    const says: WorkerSays = {
      cmd: 'NODE_PROTEUS_CLUSTER:error',
      message: `preload: a part of it cannot be loaded: ${error instanceof Error ? error.message : ''}. The worker serves without: keep the files of this package in place while the master runs`,
    };
    process.send?.(says, undefined, undefined, () => {});
  }
};

// What a worker starts inherits its environment, and may be a worker of node:cluster itself: but of another master.
const isOurs = process.env['PROTEUS_CLUSTER_MASTER'] === String(process.ppid);

// Threads have no channel. (To load worker_threads, which would tell as well, takes a millisecond.)
if (isOurs && cluster.isWorker && process.connected) for (const part of parts) start(part);
