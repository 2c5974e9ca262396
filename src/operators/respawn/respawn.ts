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
   * What is done about a worker that left: its `departure`, and then a decision, an event with the `delay` (ms) until the next life, or one without for none.
   * It is asked when the worker is `leaving`, and if there has been no decision by then, again at its `exit`.
   */
  readonly decide: (left: UnaskedDeparture) => Observable<Decided>;
  /** While this is true nothing is decided and nothing starts. Current on subscription. */
  readonly contested$: Observable<boolean>;
  /** Ends the waiting, and with it the line. Replays. */
  readonly retired$: Observable<unknown>;
}

/**
 * Gives a seat its next worker when one has left it on its own. It is `retry` with a delay, with two differences: it emits
 * what it decides, and it does not let go of a process that has left its seat and is still there.
 *
 * ```
 * life 1    f--x#
 * life 2             f----
 * result    f--(xyH)-f----        y: departure   H: next life in 6 ms
 * ```
 *
 * Waits as long as there is no decision. Completes when the last life has ended and none follows. Does not error with a crash (`WorkerExitError`): its `exit` has been emitted. Errors with any other
 * error of a life: that is a bug, which no respawn mends.
 *
 * @see permanent, transient and temporary are OTP's words (supervisor, restart).
 */
export const respawn =
  ({ decide, contested$, retired$ }: Respawning): OperatorFunction<WorkerDraft, EventDraft> =>
  (life$) =>
    new Observable((subscriber) => {
      const free$ = uncontested(contested$);
      let parts = 0;

      /** A life, a decision, a wait: the loop ends when none is left. Returns what drops the part before its end. */
      const part = <T>(part$: Observable<T>, next: (value: T) => void) => {
        parts += 1;
        const complete = () => {
          parts -= 1;
          if (parts === 0) subscriber.complete();
        };
        const running = part$.subscribe(relay(subscriber, next, { complete }));
        return () => {
          if (running.closed) return;
          parts -= 1;
          running.unsubscribe();
        };
      };
      const live = () => {
        let decided = false;
        let leftAt: number | undefined;
        let forget: (() => void) | undefined;
        part(life$.pipe(catchError(unlessCrash)), (event) => {
          subscriber.next(event);
          if (event.type === 'leaving') leftAt = event.uptime;
          if (decided || !vacates(event)) return;
          forget?.();
          // It served until it began to leave: how long that took does not make it a stable one.
          forget = part(decision({ ...event, uptime: leftAt ?? event.uptime }), (draft) => {
            decided ||= draft.type !== 'departure';
            subscriber.next(draft);
            if (draft.delay !== undefined) part(wait(draft.delay), live);
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
      live();
    });

/** Of a crash the life itself has told. Anything else is a bug, and not what is respawned. */
const unlessCrash = (error: unknown): Observable<never> =>
  error instanceof WorkerExitError ? EMPTY : throwError(() => error);

/** The seat is empty, or soon will be, and nobody had asked. A process that said that it leaves does so once, and its exit follows. */
const vacates = (event: EventDraft): event is UnaskedDeparture =>
  event.type === 'leaving' || (event.type === 'exit' && event.reason !== 'requested');
