import type { Observable } from 'rxjs';
import { lazy } from '../../dependencies/lazy.js';
import { rxjs } from '../../dependencies/rxjs.js';
import { now } from '../../worker/preload/clock.js';
import { isLeadership, leadershipKey } from './leadershipFlag.js';

/** The term of the leader of a fleet. */
export interface LeaderTerm {
  /** The fencing token: higher in each term than in all before, over all hosts. A system that the leader writes to refuses a token that is lower than the highest it has seen. */
  readonly token: number;
  /** How long the term lasts unless it is renewed, in ms; 0 once it is over. Counted by this worker itself. */
  readonly remaining: () => number;
}

/**
 * The term in which this worker leads the fleet (`leader: 'fleet'`), `undefined` while it does not. Emits the current value on subscription, then each change.
 *
 * A worker that runs no code for a while, because it computes or is stopped, learns late that its term is over. So pass the `token` on to the systems that are written to, and ask `remaining()` before a write that cannot be undone.
 *
 * Never completes and never errors. Always `undefined` without the option, outside a worker, and in the worker's threads and child processes.
 *
 * @example
 * leaderTerm$
 *   .pipe(switchMap((term) => (term ? interval(60_000).pipe(map(() => term)) : EMPTY)))
 *   .subscribe(({ token }) => db.query('update jobs set next = $1, token = $2 where token <= $2', [next(), token]));
 */
export const leaderTerm$: Observable<LeaderTerm | undefined> = lazy(
  () =>
    new (rxjs().Observable)((subscriber) => {
      const leadership: unknown = Reflect.get(globalThis, Symbol.for(leadershipKey));
      if (!isLeadership(leadership)) return subscriber.next(undefined);
      const tell = () => {
        const { term } = leadership;
        if (term === undefined) return subscriber.next(undefined);
        const remaining = () => (leadership.term === term ? Math.max(0, term.until - now()) : 0);
        subscriber.next({ token: term.token, remaining });
      };
      leadership.listeners.add(tell);
      tell();
      return () => leadership.listeners.delete(tell);
    }),
);
