import { catchError, EMPTY, Observable, type OperatorFunction, switchMap, takeUntil, throwError } from 'rxjs';
import { WorkerExitError } from '../../vocabulary/errors.js';
import type { EventDraft, WorkerDraft } from '../../vocabulary/events.js';
import { after } from '../general/after.js';
import type { UnaskedDeparture } from './budget.js';
import { relay } from '../general/relay.js';
import { uncontested } from './uncontested.js';

type Decision = EventDraft & { readonly delay?: number };

export interface Respawning {
  /** Whether a departure is to be made good. One that was announced is looked at when the worker is `leaving`, and if it is not wanted then, at its `exit`. */
  readonly wants: (vacated: UnaskedDeparture) => boolean;
  /** What is done about it: an event with the `delay` (ms) until the next life, or one without for none. */
  readonly decide: (vacated: UnaskedDeparture) => Observable<Decision>;
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
 * life 2            f----
 * result    f--(xb)-f----        b: next life in 5 ms
 * ```
 *
 * Completes when the last life has ended and none follows. Does not error with a crash (`WorkerExitError`): its `exit` has been emitted. Errors with any other
 * error of a life: that is a bug, which no respawn mends.
 *
 * @see permanent, transient and temporary are OTP's words (supervisor, restart).
 */
export const respawn =
  ({ wants, decide, contested$, retired$ }: Respawning): OperatorFunction<WorkerDraft, EventDraft> =>
  (life$) =>
    new Observable((subscriber) => {
      const free$ = uncontested(contested$);
      let parts = 0;

      /** A life, a decision, a wait: the line ends when none is left. */
      const part = <T>(part$: Observable<T>, next: (value: T) => void) => {
        parts += 1;
        const complete = () => {
          parts -= 1;
          if (parts === 0) subscriber.complete();
        };
        part$.subscribe(relay(subscriber, next, { complete }));
      };
      const live = () => {
        let madeGood = false;
        let left: number | undefined;
        part(life$.pipe(catchError(unlessCrash)), (event) => {
          subscriber.next(event);
          if (event.type === 'leaving') left = event.uptime;
          if (madeGood || !vacates(event) || !wants(event)) return;
          madeGood = true;
          // It served until it began to leave: how long that took does not make it a stable one.
          part(decision({ ...event, uptime: left ?? event.uptime }), carryOut);
        });
      };
      const decision = (vacated: UnaskedDeparture) =>
        free$.pipe(
          takeUntil(retired$),
          switchMap(() => decide(vacated)),
        );
      const carryOut = (decided: Decision) => {
        subscriber.next(decided);
        if (decided.delay !== undefined) part(wait(decided.delay), live);
      };
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
