import { type MonoTypeOperatorFunction, Observable } from 'rxjs';
import type { WorkerDraft } from '../../vocabulary/events.js';
import { relay } from '../general/relay.js';

/**
 * Calls `release` when a worker no longer needs its permit to boot: when it is ready, overdue or leaving, after that event has been emitted, and at its end at the latest.
 * Other workers wait for the permit.
 *
 * ```
 * source            f-o-r----x|
 * booted(release)   f-o-r----x|
 * release           ----t-----t       a second call has no effect
 * ```
 */
export const booted =
  (release: () => void): MonoTypeOperatorFunction<WorkerDraft> =>
  (life$) =>
    new Observable((subscriber) => {
      subscriber.add(release);
      const follow = (event: WorkerDraft) => {
        subscriber.next(event);
        if (event.type === 'ready' || event.type === 'overdue' || event.type === 'leaving') release();
      };
      return life$.subscribe(relay(subscriber, follow));
    });
