import { Observable, type OperatorFunction, Subscription, take } from 'rxjs';
import type { Process, ProcessEvent } from '../../host/host.js';
import { after } from '../general/after.js';
import { relay, relayBeside } from '../general/relay.js';

/** A wish that a worker be gone. `force`: at once. */
export interface StopRequest {
  readonly force: boolean;
  readonly why: string;
}

/** What was done about it. `remaining`: ms until SIGKILL, left out where that never comes. */
export type Leaving =
  | { readonly type: 'retire'; readonly why: string }
  | { readonly type: 'kill'; readonly signal: 'SIGTERM'; readonly why: string; readonly remaining?: number }
  | { readonly type: 'kill'; readonly signal: 'SIGKILL'; readonly why: string };

/** How long a process may take to leave, in ms from being asked. */
export interface Patience {
  /** Until SIGKILL. */
  readonly disconnectTimeout: number;
  /** When it closes the connections that are still open. */
  readonly cut: number;
}

/** How long a process that was never ready has between SIGTERM and SIGKILL, in ms; OTP gives a child as long. */
const unreadyTimeout = 5_000;

/**
 * Turns wishes to stop into what is done to a process, and adds that to its events: it is asked once, given `disconnectTimeout` ms, then killed.
 * A forced wish kills at once; one that asks for no more than what is already under way changes nothing. A process that leaves on its own account
 * is not asked, but has no longer than one that was. It is killed once, whoever wishes it.
 *
 * ```
 * stop$            -----g--g---------
 * source           f------------dx|
 * leave(stop$, …)  f----r-------dx|      asked at the first g
 *
 * stop$            -----g--f---------
 * source           f-----------x|
 * leave(stop$, …)  f----r--k---x|
 *
 * source           f--l-----------x|
 * leave(stop$, …)  f--l--------k--x|     l: it leaves
 * ```
 *
 * A process that was asked and has not drained gets SIGTERM before SIGKILL, so that its own handlers run: one that has never listened after half of
 * `disconnectTimeout`, any other half-way between `cut` and `disconnectTimeout`. One that has drained, or leaves on its own account, runs them itself.
 * One that has neither listened nor been ready has no work to protect: it gets SIGTERM at once and SIGKILL after 5 s.
 *
 * Nothing is done before the process is there, nor after its end. `ready$`: whether it has been ready, current on subscription. Completes and errors with the source.
 */
export const leave =
  (
    stop$: Observable<StopRequest>,
    { disconnectTimeout, cut }: Patience,
    ready$: Observable<boolean>,
  ): OperatorFunction<ProcessEvent, ProcessEvent | Leaving> =>
  (process$) =>
    new Observable((subscriber) => {
      const heed = new Subscription();
      /** SIGTERM is still to come. */
      const gentle = new Subscription();
      let asked = false;
      let listened = false;
      let closes = false;
      subscriber.add(heed);
      heed.add(gentle);

      const kill = (process: Process, why: string) => {
        if (heed.closed) return;
        heed.unsubscribe();
        process.kill('SIGKILL');
        subscriber.next({ type: 'kill', signal: 'SIGKILL', why });
      };
      const terminated = (why: string, remaining: number) =>
        subscriber.next({ type: 'kill', signal: 'SIGTERM', why, ...(remaining < Infinity && { remaining }) });
      // Whatever is to kill it first, is first; the rest is void then.
      const hurry = (process: Process, ms: number, since: string) => {
        const late = () => kill(process, `still there ${ms} ms after it ${since}`);
        heed.add(after(ms).subscribe(relayBeside(subscriber, late)));
      };
      const warn = (process: Process, ms: number, applies: () => boolean) => {
        if (ms >= disconnectTimeout) return;
        const why = `still there ${ms} ms after it was asked to leave`;
        const act = () => {
          if (!applies()) return;
          gentle.unsubscribe();
          process.kill('SIGTERM');
          terminated(why, disconnectTimeout - ms);
        };
        gentle.add(after(ms).subscribe(relayBeside(subscriber, act)));
      };
      const ask = (process: Process, why: string) => {
        process.disconnect();
        subscriber.next({ type: 'retire', why });
      };
      const obey = (process: Process, { force, why }: StopRequest) => {
        if (force) return kill(process, why);
        if (asked) return;
        asked = true;
        heed.add(
          ready$.pipe(take(1)).subscribe(relayBeside(subscriber, (ready) => begin(process, why, ready || listened))),
        );
      };
      const begin = (process: Process, why: string, hasWork: boolean) => {
        if (hasWork) {
          warn(process, disconnectTimeout / 2, () => !listened && !closes);
          warn(process, (cut + disconnectTimeout) / 2, () => true);
          hurry(process, disconnectTimeout, 'was asked to leave');
          return ask(process, why);
        }
        const remaining = Math.min(unreadyTimeout, disconnectTimeout);
        hurry(process, remaining, 'was asked to leave, never having been ready');
        if (gentle.closed || remaining === 0) return ask(process, why);
        gentle.unsubscribe();
        // Before it is asked: having nothing to close it would otherwise be at its end, and run its handlers, before the signal comes.
        process.kill('SIGTERM');
        ask(process, why);
        terminated('it was never ready', remaining);
      };

      let process: Process | undefined;
      const follow = (event: ProcessEvent) => {
        // It runs its handlers itself, or has gone.
        if (event.type === 'drained' || event.type === 'leaving' || event.type === 'exit') gentle.unsubscribe();
        listened ||= event.type === 'listening';
        closes ||= event.type === 'hooks';
        subscriber.next(event);
        if (event.type === 'fork') {
          ({ process } = event);
          heed.add(stop$.subscribe(relayBeside(subscriber, (stop: StopRequest) => obey(event.process, stop))));
        } else if (event.type === 'leaving' && process !== undefined)
          hurry(process, disconnectTimeout, 'began to leave');
      };
      return process$.subscribe(relay(subscriber, follow));
    });
