import cluster from 'node:cluster';
import type { WorkerRef } from '../../vocabulary/events.js';

const { PROTEUS_CLUSTER_MASTER, PROTEUS_CLUSTER_NAME } = process.env;

/** Child processes of a worker inherit its environment, and may be workers of another node:cluster master. */
const isOurs = PROTEUS_CLUSTER_MASTER === String(process.ppid);

/**
 * This worker, as in the master's events: `{ id, slot, generation, pid, cluster }`. The slot, 1…N, is that of its predecessor; 0 while it is in no slot yet.
 * `undefined` outside a cluster, and in the worker's threads and child processes.
 *
 * @example
 * const log = pino({ base: worker && { slot: worker.slot, generation: worker.generation } });
 */
export const worker: WorkerRef | undefined =
  isOurs && cluster.worker !== undefined
    ? {
        id: cluster.worker.id,
        // Read each time: a process that has booted before it is needed gets its slot later.
        get slot() {
          return Number(process.env['PROTEUS_CLUSTER_SLOT']);
        },
        get generation() {
          return Number(process.env['PROTEUS_CLUSTER_GENERATION']);
        },
        pid: process.pid,
        cluster: PROTEUS_CLUSTER_NAME ?? '',
      }
    : undefined;
