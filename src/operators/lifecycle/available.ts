import { type MonoTypeOperatorFunction, Observable, Subscription, take } from 'rxjs';
import type { WorkerDraft, WorkerRef } from '../../vocabulary/events.js';
import { after } from '../general/after.js';
import { departs } from './departs.js';
import type { Ready } from './ready.js';
import { relay, relayBeside } from '../general/relay.js';

export interface Availability {
  /** What makes a worker ready. */
  readonly ready: Ready;
  /** How long it must stay ready, in ms. */
  readonly minReadyTime: number;
  /** How long it may take to be ready, in ms from its fork. */
  readonly readyTimeout: number;
}

/**
 * Adds `available` to the life of a worker, once: it has stayed ready for `minReadyTime` (the word is Kubernetes').
 *
 * With `auto` a worker can be ready without listening, as long as no worker of the cluster has listened. If another one listens before it is
 * available, it has to listen too: it is available `minReadyTime` after it listens, and `overdue` if it does not listen
 * within `readyTimeout`. `now` is a monotonic clock, in ms.
 *
 * ```
 * source                 f-l--r---------x|
 * available(5 ms)        f-l--r----a----x|
 *
 * listened$              F--------T-----------      another worker listens
 * source                 f-o--r-------l------       r: online for `minReadyTime`
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
      let timer = Subscription.EMPTY;
      let forkedAt = 0;
      let readyAt: number | undefined;
      let listens = when !== 'auto';
      let done = false;
      subscriber.add(() => timer.unsubscribe());

      const startTimer = (ms: number, act: () => void) => {
        timer.unsubscribe();
        timer = after(ms).subscribe(relayBeside(subscriber, act));
      };
      const waitUntilAvailable = (worker: WorkerRef) =>
        startTimer(minReadyTime, () => {
          if (listens) emitAvailable(worker);
          else
            listened$
              .pipe(take(1))
              .subscribe(relayBeside(subscriber, (others) => (others ? waitForListening : emitAvailable)(worker)));
        });
      const emitAvailable = (worker: WorkerRef) => {
        done = true;
        subscriber.next({ type: 'available', worker, after: now() - (readyAt ?? forkedAt) });
      };
      const waitForListening = (worker: WorkerRef) =>
        startTimer(Math.max(0, forkedAt + readyTimeout - now()), () =>
          subscriber.next({ type: 'overdue', worker, after: readyTimeout }),
        );

      const follow = (event: WorkerDraft) => {
        subscriber.next(event);
        if (done) return;
        if (departs(event)) {
          done = true;
          timer.unsubscribe();
        } else if (event.type === 'fork') forkedAt = now();
        else if (event.type === 'ready') {
          readyAt = now();
          waitUntilAvailable(event.worker);
        } else if (event.type === 'listening') {
          const late = !listens && readyAt !== undefined;
          listens = true;
          if (late) waitUntilAvailable(event.worker);
        }
      };
      return life$.subscribe(relay(subscriber, follow));
    });
