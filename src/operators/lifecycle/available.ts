import { type MonoTypeOperatorFunction, Observable, Subscription, take } from 'rxjs';
import type { WorkerDraft, WorkerRef } from '../../vocabulary/events.js';
import { after } from '../general/after.js';
import { departs } from './departs.js';
import type { Ready } from './ready.js';
import { relay, relayBeside } from '../general/relay.js';

export interface Availability {
  /** By what a worker is ready. */
  readonly ready: Ready;
  /** How long it must stay so, in ms. */
  readonly minReadyTime: number;
  /** How long it may take, in ms from its fork. */
  readonly readyTimeout: number;
}

/**
 * Adds `available` to the life of a worker, once: it has stayed ready for `minReadyTime` (the word is Kubernetes').
 *
 * With `auto` a worker may be ready for having lasted, as long as nobody has listened. If it turns out before it is available that the
 * workers of this cluster do listen, that was too early: it is available when it has itself listened for so long, and `overdue` if it does not listen
 * before `readyTimeout`. `now` is a monotonic clock, in ms.
 *
 * ```
 * source                 f-l--r---------x|
 * available(5 ms)        f-l--r----a----x|
 *
 * listened$              F--------T-----------      by another one
 * source                 f-o--r-------l------       r: it has lasted
 * available(5 ms)        f-o--r-------l----a-
 * ```
 */
export const available =
  (
    { ready: when, minReadyTime, readyTimeout }: Availability,
    listened$: Observable<boolean>,
    now: () => number,
  ): MonoTypeOperatorFunction<WorkerDraft> =>
  (life$) =>
    new Observable((subscriber) => {
      let clock = Subscription.EMPTY;
      let born = 0;
      let since: number | undefined;
      let listens = when !== 'auto';
      let over = false;
      subscriber.add(() => clock.unsubscribe());

      const wait = (ms: number, act: () => void) => {
        clock.unsubscribe();
        clock = after(ms).subscribe(relayBeside(subscriber, act));
      };
      const stays = (worker: WorkerRef) =>
        wait(minReadyTime, () => {
          if (listens) become(worker);
          else listened$.pipe(take(1)).subscribe(relayBeside(subscriber, (others) => (others ? hold : become)(worker)));
        });
      const become = (worker: WorkerRef) => {
        over = true;
        subscriber.next({ type: 'available', worker, after: now() - (since ?? born) });
      };
      const hold = (worker: WorkerRef) =>
        wait(Math.max(0, born + readyTimeout - now()), () =>
          subscriber.next({ type: 'overdue', worker, after: readyTimeout }),
        );

      const follow = (event: WorkerDraft) => {
        subscriber.next(event);
        if (over) return;
        if (departs(event)) {
          over = true;
          clock.unsubscribe();
        } else if (event.type === 'fork') born = now();
        else if (event.type === 'ready') {
          since = now();
          stays(event.worker);
        } else if (event.type === 'listening') {
          const late = !listens && since !== undefined;
          listens = true;
          if (late) stays(event.worker);
        }
      };
      return life$.subscribe(relay(subscriber, follow));
    });
