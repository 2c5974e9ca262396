/**
 * Runs in every worker before the application, by `--require`. It loads only modules that Node has loaded already. It does nothing
 * outside a worker's main thread, because `child_process.fork`, `node:cluster` and `Worker` pass execArgv on.
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
import * as reusePort from './worker/preload/reusePort.js';
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
  reusePort,
  flushCompileCache,
  sampling,
  reportCause,
  orphan,
];

/** Starts a part. If that fails, the worker serves without it. */
const start = (part: Part): void => {
  try {
    part.start();
  } catch (error) {
    const frame: WorkerFrame = {
      cmd: 'NODE_PROTEUS_CLUSTER:error',
      message: `preload: a part of it cannot start: ${error instanceof Error ? error.message : ''}. The worker serves without it`,
    };
    process.send?.(frame, undefined, undefined, () => {});
  }
};

// Child processes of a worker inherit its environment, and may be workers of another node:cluster master.
const isOurs = process.env['PROTEUS_CLUSTER_MASTER'] === String(process.ppid);

// Threads have no channel. (`isMainThread` would tell it too, but loading worker_threads takes a millisecond.)
if (isOurs && cluster.isWorker && process.connected) for (const part of parts) start(part);
