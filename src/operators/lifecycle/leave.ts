import { Observable, type OperatorFunction, Subscription, take } from 'rxjs';
import type { Process, ProcessEvent } from '../../host/host.js';
import { after } from '../general/after.js';
import { relay, relayBeside } from '../general/relay.js';

/** A request that a worker leaves. `force`: it is killed at once. */
export interface StopRequest {
  readonly force: boolean;
  readonly why: string;
}

/** What was done to the process. `remaining`: ms until SIGKILL, left out if that never comes. `unasked`: nobody wants it to leave, but it is of no use any more. */
export type Leaving =
  | { readonly type: 'retire'; readonly why: string }
  | { readonly type: 'kill'; readonly signal: 'SIGTERM'; readonly why: string; readonly remaining?: number }
  | { readonly type: 'kill'; readonly signal: 'SIGKILL'; readonly why: string; readonly unasked?: true };

/** How long a process may take to leave, in ms from being asked. */
export interface LeaveTimeouts {
  /** Until SIGKILL. */
  readonly disconnectTimeout: number;
  /** Until it closes the connections that are still open. */
  readonly cut: number;
}

/** Time between SIGTERM and SIGKILL for a process that was never ready, in ms. OTP's default is the same. */
const unreadyTimeoutMs = 5_000;

/**
 * Carries out stop requests, and adds what was done to the events of the process: it is asked to leave once, and killed if it is still there after `disconnectTimeout` ms.
 * A forced request kills at once. A request that changes nothing is ignored. A process that leaves on its own
 * is not asked, but has the same time, and so has one that has closed its channel. It is killed at most once.
 *
 * ```
 * stop$            -----g--g---------
 * source           f------------dx|
 * leave(stop$, …)  f----r-------dx|      asked at the first g
 *
 * stop$            -----g--f---------       f: forced
 * source           f-----------x|
 * leave(stop$, …)  f----r--k---x|
 *
 * source           f--l-----------x|
 * leave(stop$, …)  f--l--------k--x|     l: it leaves on its own
 * ```
 *
 * A process that was asked and has not drained gets SIGTERM before SIGKILL, so that its own handlers run: one that has never listened, and has called no function of `onStop`, after half of
 * `disconnectTimeout`, any other half-way between `cut` and `disconnectTimeout`. One that has drained, or leaves on its own, runs its handlers itself.
 * One that has neither listened nor been ready has no work to protect: it gets SIGTERM at once and SIGKILL after 5 s.
 *
 * Nothing is done before its fork, nor after its end. `ready$`: whether it has been ready, current on subscription. Completes and errors with the source.
 */
export const leave =
  (
    stop$: Observable<StopRequest>,
    { disconnectTimeout, cut }: LeaveTimeouts,
    ready$: Observable<boolean>,
  ): OperatorFunction<ProcessEvent, ProcessEvent | Leaving> =>
  (process$) =>
    new Observable((subscriber) => {
      /** Everything that is still to be done to the process. */
      const reactions = new Subscription();
      const sigtermTimers = new Subscription();
      let asked = false;
      let listened = false;
      let runsHooks = false;
      subscriber.add(reactions);
      reactions.add(sigtermTimers);

      const kill = (process: Process, why: string, unasked = false) => {
        if (reactions.closed) return;
        reactions.unsubscribe();
        process.kill('SIGKILL');
        subscriber.next({ type: 'kill', signal: 'SIGKILL', why, ...(unasked && { unasked }) });
      };
      const emitSigterm = (why: string, remaining: number) =>
        subscriber.next({ type: 'kill', signal: 'SIGTERM', why, ...(remaining < Infinity && { remaining }) });
      const killAfter = (process: Process, ms: number, since: string) => {
        const late = () => kill(process, `still there ${ms} ms after it ${since}`, !asked);
        reactions.add(after(ms).subscribe(relayBeside(subscriber, late)));
      };
      const sigtermAfter = (process: Process, ms: number, applies: () => boolean) => {
        if (ms >= disconnectTimeout) return;
        const why = `still there ${ms} ms after it was asked to leave`;
        const act = () => {
          if (!applies()) return;
          sigtermTimers.unsubscribe();
          process.kill('SIGTERM');
          emitSigterm(why, disconnectTimeout - ms);
        };
        sigtermTimers.add(after(ms).subscribe(relayBeside(subscriber, act)));
      };
      const ask = (process: Process, why: string) => {
        process.disconnect();
        subscriber.next({ type: 'retire', why });
      };
      const onStop = (process: Process, { force, why }: StopRequest) => {
        if (force) return kill(process, why);
        if (asked) return;
        asked = true;
        reactions.add(
          ready$
            .pipe(take(1))
            .subscribe(relayBeside(subscriber, (ready) => startLeaving(process, why, ready || listened))),
        );
      };
      const startLeaving = (process: Process, why: string, hasWork: boolean) => {
        if (hasWork) {
          sigtermAfter(process, disconnectTimeout / 2, () => !listened && !runsHooks);
          sigtermAfter(process, (cut + disconnectTimeout) / 2, () => true);
          killAfter(process, disconnectTimeout, 'was asked to leave');
          return ask(process, why);
        }
        const remaining = Math.min(unreadyTimeoutMs, disconnectTimeout);
        killAfter(process, remaining, 'was asked to leave, never having been ready');
        if (sigtermTimers.closed || remaining === 0) return ask(process, why);
        sigtermTimers.unsubscribe();
        // Before it is asked to leave: it has nothing to close, so it would otherwise exit before the signal arrives.
        process.kill('SIGTERM');
        ask(process, why);
        emitSigterm('it was never ready', remaining);
      };

      let process: Process | undefined;
      const follow = (event: ProcessEvent) => {
        // It runs its SIGTERM handlers itself, or has exited.
        if (event.type === 'drained' || event.type === 'leaving' || event.type === 'exit') sigtermTimers.unsubscribe();
        listened ||= event.type === 'listening';
        runsHooks ||= event.type === 'hooks';
        subscriber.next(event);
        if (event.type === 'fork') {
          ({ process } = event);
          reactions.add(stop$.subscribe(relayBeside(subscriber, (stop: StopRequest) => onStop(event.process, stop))));
        } else if (event.type === 'leaving' && process !== undefined)
          killAfter(process, disconnectTimeout, 'began to leave');
        // It exits, unless code that runs at its exit blocks. Nobody can ask it to leave any more.
        else if (event.type === 'disconnect' && process !== undefined && !asked)
          killAfter(process, disconnectTimeout, 'closed its channel');
      };
      return process$.subscribe(relay(subscriber, follow));
    });
