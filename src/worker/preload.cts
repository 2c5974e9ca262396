/**
 * Runs in every worker before the application, without a line in it. It loads nothing but what Node has loaded anyway, and does nothing
 * outside a worker's main thread: `child_process.fork`, `node:cluster` and `Worker` pass execArgv on.
 */
import type { Cluster } from 'node:cluster';

const cluster: Cluster = require('node:cluster');

interface Part {
  readonly start: () => void;
}

const parts = (): readonly Part[] => [
  require('./output.cjs'),
  require('./post.cjs'),
  require('./leadership.cjs'),
  require('./leaving.cjs'),
  require('./compiled.cjs'),
  require('./cause.cjs'),
  require('./orphan.cjs'),
];

// What a worker starts inherits its environment, and may be a worker of node:cluster itself: but of another master.
const isOurs = process.env['PROTEUS_CLUSTER_MASTER'] === String(process.ppid);

// Threads have no channel. (To load worker_threads, which would tell as well, takes a millisecond.)
if (isOurs && cluster.isWorker && process.connected) for (const part of parts()) part.start();
