import { catchError, EMPTY, Observable, type OperatorFunction, switchMap, takeUntil, throwError } from 'rxjs';
import { WorkerExitError } from '../../vocabulary/errors.js';
import type { EventDraft, WorkerDraft } from '../../vocabulary/events.js';
import { after } from '../general/after.js';
import { relay } from '../general/relay.js';
import type { UnaskedDeparture } from '../../state/departureOf.js';
import { uncontested } from './uncontested.js';

type Decided = EventDraft & { readonly delay?: number };

export interface Respawning {
  /**
   * Emits the `departure` of a worker, and then a decision: an event with the `delay` (ms) until the next worker, or without one if there is none.
   * Called when the worker is `leaving`, and again at its `exit` if there is no decision by then.
   */
  readonly decide: (left: UnaskedDeparture) => Observable<Decided>;
  /** While true, nothing is decided and no worker starts. Current on subscription. */
  readonly contested$: Observable<boolean>;
  /** Ends the respawning: no worker starts any more. Replays. */
  readonly retired$: Observable<unknown>;
}

/**
 * Starts the next worker of a slot when one has left on its own. It is `retry` with a delay, with two differences: it emits
 * its decisions, and it stays subscribed to a process that has left its slot and has not exited.
 *
 * ```
 * life 1    f--x#
 * life 2             f----
 * result    f--(xyH)-f----        y: departure   H: next life in 6 ms
 * ```
 *
 * Waits as long as there is no decision. Completes when the last worker has exited and none follows. Does not error with a crash (`WorkerExitError`), because its `exit` has been emitted. Errors with any other
 * error of a life, because that is a bug.
 *
 * @see permanent, transient and temporary are OTP's words (supervisor, restart).
 */
export const respawn =
  ({ decide, contested$, retired$ }: Respawning): OperatorFunction<WorkerDraft, EventDraft> =>
  (life$) =>
    new Observable((subscriber) => {
      const free$ = uncontested(contested$);
      let running = 0;

      /** Subscribes to a life, a decision or a wait. When none of them is left, the result completes. Returns a function that unsubscribes. */
      const run = <T>(part$: Observable<T>, next: (value: T) => void) => {
        running += 1;
        const complete = () => {
          running -= 1;
          if (running === 0) subscriber.complete();
        };
        const subscription = part$.subscribe(relay(subscriber, next, { complete }));
        return () => {
          if (subscription.closed) return;
          running -= 1;
          subscription.unsubscribe();
        };
      };
      const startLife = () => {
        let decided = false;
        let leftAt: number | undefined;
        let dropDecision: (() => void) | undefined;
        run(life$.pipe(catchError(unlessCrash)), (event) => {
          subscriber.next(event);
          if (event.type === 'leaving') leftAt = event.uptime;
          if (decided || !isUnaskedDeparture(event)) return;
          dropDecision?.();
          // Its uptime ends when it began to leave. How long that took must not make it a stable worker.
          dropDecision = run(decision({ ...event, uptime: leftAt ?? event.uptime }), (draft) => {
            decided ||= draft.type !== 'departure';
            subscriber.next(draft);
            if (draft.delay !== undefined) run(wait(draft.delay), startLife);
          });
        });
      };
      const decision = (left: UnaskedDeparture) =>
        free$.pipe(
          switchMap(() => decide(left)),
          takeUntil(retired$),
        );
      const wait = (delay: number) =>
        after(delay).pipe(
          switchMap(() => free$),
          takeUntil(retired$),
        );
      startLife();
    });

/** Ignores a crash, because its `exit` has been emitted. Any other error is a bug and is passed on. */
const unlessCrash = (error: unknown): Observable<never> =>
  error instanceof WorkerExitError ? EMPTY : throwError(() => error);

/** Whether a worker leaves or has left without having been asked. */
const isUnaskedDeparture = (event: EventDraft): event is UnaskedDeparture =>
  event.type === 'leaving' || (event.type === 'exit' && event.reason !== 'requested');
