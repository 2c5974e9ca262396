import type { WorkerRef } from '../../vocabulary/events.js';
import { validateParts } from '../../validation/arguments.js';

/**
 * Creates a predicate for log records of the workers that match all given fields (`id`, `slot`, `generation`, `pid`, `cluster`), for `filter`. Throws `ConfigError` for an unknown field or a wrong type.
 *
 * @example
 * logs$.pipe(filter(writtenBy({ cluster: 'web', slot: 1 }))).subscribe(({ msg }) => console.log(msg));
 */
export const writtenBy = (who: Partial<WorkerRef>) => {
  validateParts('writtenBy()', who, 'worker');
  return <R extends { readonly worker: WorkerRef }>(record: R): record is R =>
    (who.id === undefined || record.worker.id === who.id) &&
    (who.slot === undefined || record.worker.slot === who.slot) &&
    (who.generation === undefined || record.worker.generation === who.generation) &&
    (who.pid === undefined || record.worker.pid === who.pid) &&
    (who.cluster === undefined || record.worker.cluster === who.cluster);
};
