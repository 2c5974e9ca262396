import { Observable, type OperatorFunction, Subscription } from 'rxjs';
import type { Process, ProcessEvent } from '../host/host.js';
import { after } from './after.js';
import { relay, relayBeside } from './relay.js';

/** A wish that a worker be gone. `force`: at once. */
export interface Stop {
  readonly force: boolean;
  readonly why: string;
}

/** What was done about it. */
export type Leaving =
  | { readonly type: 'retire'; readonly why: string }
  | { readonly type: 'kill'; readonly signal: 'SIGKILL'; readonly why: string };

/**
 * Turns wishes to stop into what is done to a process, and adds that to its events: it is asked once, given `timeout` ms, then killed.
 * A forced wish kills at once; one that asks for no more than what is already under way changes nothing. A process that leaves on its own account
 * is not asked, but has no longer than one that was. It is killed once, whoever wishes it.
 *
 * ```
 * stop$            -----g--g---------
 * source           f------------dx|
 * leave(stop$, 9)  f----r-------dx|      asked at the first g
 *
 * stop$            -----g--f---------
 * source           f-----------x|
 * leave(stop$, 9)  f----r--k---x|
 *
 * source           f--l-----------x|
 * leave(stop$, 9)  f--l--------k--x|     l: it leaves
 * ```
 *
 * Nothing is done before the process is there, nor after its end. Completes and errors with the source.
 */
export const leave =
  (stop$: Observable<Stop>, timeout: number): OperatorFunction<ProcessEvent, ProcessEvent | Leaving> =>
  (process$) =>
    new Observable((subscriber) => {
      const heed = new Subscription();
      let asked = false;
      subscriber.add(heed);

      const kill = (process: Process, why: string) => {
        if (heed.closed) return;
        heed.unsubscribe();
        process.kill('SIGKILL');
        subscriber.next({ type: 'kill', signal: 'SIGKILL', why });
      };
      // Whatever is to kill it first, is first; the rest is void then.
      const hurry = (process: Process, since: string) => {
        const late = () => kill(process, `still there ${timeout} ms after it ${since}`);
        heed.add(after(timeout).subscribe(relayBeside(subscriber, late)));
      };
      const obey = (process: Process, { force, why }: Stop) => {
        if (force) return kill(process, why);
        if (asked) return;
        asked = true;
        process.disconnect();
        subscriber.next({ type: 'retire', why });
        hurry(process, 'was asked to leave');
      };

      let process: Process | undefined;
      const follow = (event: ProcessEvent) => {
        subscriber.next(event);
        if (event.type === 'fork') {
          ({ process } = event);
          heed.add(stop$.subscribe(relayBeside(subscriber, (stop: Stop) => obey(event.process, stop))));
        } else if (event.type === 'leaving' && process !== undefined) hurry(process, 'began to leave');
      };
      return process$.subscribe(relay(subscriber, follow));
    });
