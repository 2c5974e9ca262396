import type { Observable } from 'rxjs';
import type { ClusterEvent } from '../events.js';
import { forMaster } from '../operators/forMaster.js';
import { Watched } from '../operators/watched.js';
import { report, told$ } from '../running.js';

/**
 * Everything that the running clusters tell, as it happens. Hot: it never completes and never errors, and what a subscriber throws
 * becomes an `error` event and ends nothing.
 *
 * @example
 * events$.pipe(filter(is('exit'))).subscribe(({ worker, code }) => console.log(worker.slot, code));
 */
export const events$: Observable<ClusterEvent> = new Watched(
  forMaster('events$', told$),
  report('a subscriber of events$'),
);
