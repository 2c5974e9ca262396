/**
 * Runs in every worker before the application, without a line in it. It loads nothing but what Node has loaded anyway, and does nothing
 * outside a worker's main thread: `child_process.fork`, `node:cluster` and `Worker` pass execArgv on.
 */
import type { WorkerFrame } from './vocabulary/protocol.js';

import cluster from 'node:cluster';
import { preloaded } from './features/preload.js';
import * as blockingOutput from './worker/preload/blockingOutput.js';
import * as earlyFrames from './worker/preload/earlyFrames.js';
import * as flushCompileCache from './worker/preload/flushCompileCache.js';
import * as groupSignals from './worker/preload/groupSignals.js';
import * as leaving from './worker/preload/leaving.js';
import * as orphan from './worker/preload/orphan.js';
import * as reportCause from './worker/preload/reportCause.js';
import * as sampling from './worker/preload/sampling.js';

interface Part {
  readonly start: () => void;
}

const parts: readonly Part[] = [
  blockingOutput,
  earlyFrames,
  ...preloaded,
  leaving,
  groupSignals,
  flushCompileCache,
  sampling,
  reportCause,
  orphan,
];

/** A part that fails is left out: the worker serves all the same. */
const start = (part: Part): void => {
  try {
    part.start();
  } catch (error) {
    const says: WorkerFrame = {
      cmd: 'NODE_PROTEUS_CLUSTER:error',
      message: `preload: a part of it cannot start: ${error instanceof Error ? error.message : ''}. The worker serves without it`,
    };
    process.send?.(says, undefined, undefined, () => {});
  }
};

// What a worker starts inherits its environment, and may be a worker of node:cluster itself: but of another master.
const isOurs = process.env['PROTEUS_CLUSTER_MASTER'] === String(process.ppid);

// Threads have no channel. (To load worker_threads, which would tell as well, takes a millisecond.)
if (isOurs && cluster.isWorker && process.connected) for (const part of parts) start(part);
