import { type MonoTypeOperatorFunction, Observable, Subscription } from 'rxjs';
import type { WorkerDraft } from '../../vocabulary/events.js';
import { after } from '../general/after.js';
import { departs } from './departs.js';
import { relay, relayBeside } from '../general/relay.js';

export interface Milestone {
  /** How long after the fork, in ms. */
  readonly ms: number;
  /** The event is not emitted if this one comes before, or the worker leaves. */
  readonly unless?: 'ready';
}

/**
 * Adds one event to the life of a worker, `ms` milliseconds after its fork.
 *
 * ```
 * source                            f--r--------x|
 * milestone('stable', 7 ms)         f--r---s----x|
 * milestone('overdue', 7 ms, r)     f--r--------x|      it was ready in time
 * ```
 */
export const milestone =
  (type: 'stable' | 'overdue', { ms, unless }: Milestone): MonoTypeOperatorFunction<WorkerDraft> =>
  (worker$) =>
    new Observable((subscriber) => {
      const timer = new Subscription();
      subscriber.add(timer);
      const follow = (event: WorkerDraft) => {
        subscriber.next(event);
        const { worker } = event;
        if (event.type === 'fork') {
          const reached = () => subscriber.next({ type, worker, after: ms });
          timer.add(after(ms).subscribe(relayBeside(subscriber, reached)));
        } else if (departs(event) || event.type === unless) timer.unsubscribe();
      };
      return worker$.subscribe(relay(subscriber, follow));
    });
