import { type MonoTypeOperatorFunction, Observable, Subscription } from 'rxjs';
import type { WorkerDraft } from '../events.js';
import { after } from './after.js';
import { departs } from './departs.js';
import { relay } from './relay.js';

export interface Milestone {
  /** The event from which time counts. */
  readonly from: 'fork' | 'ready';
  /** How long, in ms. */
  readonly ms: number;
  /** The event that makes it pointless. That the worker leaves always does. */
  readonly unless?: 'ready';
}

/**
 * Adds one event to the life of a worker, `ms` milliseconds after another.
 *
 * ```
 * source                                    f--r--------x|
 * milestone('available', from r, 5 ms)      f--r----a---x|
 * ```
 */
export const milestone =
  (type: 'available' | 'stable' | 'overdue', { from, ms, unless }: Milestone): MonoTypeOperatorFunction<WorkerDraft> =>
  (worker$) =>
    new Observable((subscriber) => {
      const clock = new Subscription();
      let running = false;
      subscriber.add(clock);
      const follow = (event: WorkerDraft) => {
        subscriber.next(event);
        if (departs(event) || event.type === unless) clock.unsubscribe();
        else if (event.type === from && !running) {
          running = true;
          const { worker } = event;
          clock.add(after(ms).subscribe(() => subscriber.next({ type, worker, after: ms })));
        }
      };
      return worker$.subscribe(relay(subscriber, follow));
    });
