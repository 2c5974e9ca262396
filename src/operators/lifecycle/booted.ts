import { type MonoTypeOperatorFunction, Observable } from 'rxjs';
import type { WorkerDraft } from '../../vocabulary/events.js';
import { relay } from '../general/relay.js';

/**
 * Says `through` as soon as a worker needs its place among those that boot no longer, or has had it long enough: others wait for it. That is after
 * the event has been told, and at the end at the latest.
 *
 * ```
 * source            f-o-r----x|
 * booted(through)   f-o-r----x|
 * through           ----t-----t       what is said again changes nothing
 * ```
 */
export const booted =
  (through: () => void): MonoTypeOperatorFunction<WorkerDraft> =>
  (life$) =>
    new Observable((subscriber) => {
      subscriber.add(through);
      const follow = (event: WorkerDraft) => {
        subscriber.next(event);
        if (event.type === 'ready' || event.type === 'overdue' || event.type === 'leaving') through();
      };
      return life$.subscribe(relay(subscriber, follow));
    });
