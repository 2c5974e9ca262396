import type { Observable } from 'rxjs';
import { lazy } from '../../dependencies/lazy.js';
import { rxjs } from '../../dependencies/rxjs.js';
import { isLeadership, leadershipKey } from './leadershipFlag.js';

/**
 * Whether this worker is the leader. With `leader: true` at most one worker of a cluster is, with `leader: 'fleet'` one of all hosts, for work that only one worker has to do. Emits the current value on
 * subscription, false at first, then each change. One worker has received false before another one receives true; over several hosts unless it runs no code for as long as its term lasts (`leaderTerm$`).
 *
 * Never completes and never errors. Always false without the option, outside a worker, and in the worker's threads and child processes.
 *
 * @example
 * leader$.pipe(switchMap((leads) => (leads ? interval(60_000) : EMPTY))).subscribe(() => sendReminders());
 */
export const leader$: Observable<boolean> = lazy(
  () =>
    new (rxjs().Observable)((subscriber) => {
      const leadership: unknown = Reflect.get(globalThis, Symbol.for(leadershipKey));
      if (!isLeadership(leadership)) return subscriber.next(false);
      const listener = (leads: boolean) => subscriber.next(leads);
      leadership.listeners.add(listener);
      subscriber.next(leadership.leads);
      return () => leadership.listeners.delete(listener);
    }),
);
