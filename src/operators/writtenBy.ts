import type { WorkerRef } from '../events.js';

/**
 * Whether a record is of a worker that has all that is named: a slot of a cluster, one process by its `id` or `pid`, a generation. For `filter`.
 *
 * @example
 * logs$.pipe(filter(writtenBy({ cluster: 'web', slot: 1 }))).subscribe(({ msg }) => console.log(msg));
 */
export const writtenBy =
  (who: Partial<WorkerRef>) =>
  <R extends { readonly worker: WorkerRef }>({ worker }: R): boolean =>
    (who.id === undefined || worker.id === who.id) &&
    (who.slot === undefined || worker.slot === who.slot) &&
    (who.generation === undefined || worker.generation === who.generation) &&
    (who.pid === undefined || worker.pid === who.pid) &&
    (who.cluster === undefined || worker.cluster === who.cluster);
