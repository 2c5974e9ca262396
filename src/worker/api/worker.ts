import cluster from 'node:cluster';
import type { WorkerRef } from '../../vocabulary/events.js';

const { PROTEUS_CLUSTER_MASTER, PROTEUS_CLUSTER_NAME, PROTEUS_CLUSTER_SLOT, PROTEUS_CLUSTER_GENERATION } = process.env;

/** What a worker starts inherits its environment, and may be a worker of node:cluster itself: but of another master. */
const isOurs = PROTEUS_CLUSTER_MASTER === String(process.ppid);

/**
 * Who this worker is, as the events of the master have it: `{ id, slot, generation, pid, cluster }`. The slot, 1…N, is what it keeps from its predecessor.
 * `undefined` outside a cluster, and in the worker's threads and child processes.
 *
 * @example
 * const log = pino({ base: worker && { slot: worker.slot, generation: worker.generation } });
 */
export const worker: WorkerRef | undefined =
  isOurs && cluster.worker !== undefined
    ? {
        id: cluster.worker.id,
        slot: Number(PROTEUS_CLUSTER_SLOT),
        generation: Number(PROTEUS_CLUSTER_GENERATION),
        pid: process.pid,
        cluster: PROTEUS_CLUSTER_NAME ?? '',
      }
    : undefined;
