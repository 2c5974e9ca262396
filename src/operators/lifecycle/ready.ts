import { EMPTY, filter, map, Observable, type OperatorFunction, Subscription, switchMap, take } from 'rxjs';
import { errorData } from '../../vocabulary/errorData.js';
import type { Address, ProcessDraft, ReadinessDraft } from '../../vocabulary/events.js';
import { placeOf } from '../../vocabulary/wording.js';
import { after } from '../general/after.js';
import { departs } from './departs.js';
import { isSame, missing } from '../../state/listeningPlaces.js';
import { relay, relayBeside } from '../general/relay.js';
import { isThenable } from '../../vocabulary/thenable.js';

/**
 * What makes a worker ready. `online`, `listening`: that event. `message`: it sends `'ready'` or `{ cmd: 'ready' }`. A predicate: the first event for which it returns true.
 * `auto`: listening, or, if no worker of the cluster has listened, having been online for `minReadyTime`.
 */
export type Ready = 'auto' | 'online' | 'listening' | 'message' | ((event: ProcessDraft) => boolean);

/** The worker that a new one replaces. */
export interface Predecessor {
  /** Where it listened. Current on subscription. An empty list requires nothing. */
  readonly places$: Observable<readonly Address[]>;
  /** How long the new worker may take to listen on all of them, in ms from its fork. After that one is enough: the release may have dropped the others. */
  readonly readyTimeout: number;
}

/**
 * Adds `ready` to the life of a worker, once.
 *
 * ```
 * source              f-o--l-----|
 * ready('listening')  f-o--(lr)--|
 *
 * ready('auto', 5)    f-o----r---|      no worker has listened: online for 5 ms is enough
 *
 * source              f-o--l---m--      l: one port of its predecessor, m: the other one
 * ready(…, replaces)  f-o--l---(mr)
 * ```
 *
 * `listened$` tells whether a worker of the cluster has listened, current on subscription.
 * With `replaces`, a worker that is ready by listening has to listen on every address of the worker that it replaces. If it listens on only some of them when
 * `readyTimeout` is over, it is ready then, and `lacks` names the others.
 * With `message` the message itself is not passed on. A predicate that throws or is async causes an `error` event and counts as false.
 */
export const ready =
  (
    when: Ready,
    minReadyTime: number,
    listened$: Observable<boolean>,
    replaces?: Predecessor,
  ): OperatorFunction<ProcessDraft, ProcessDraft | ReadinessDraft> =>
  (process$) =>
    new Observable((subscriber) => {
      const waiting = new Subscription();
      subscriber.add(waiting);
      const addresses: Address[] = [];
      let untilComplete = Subscription.EMPTY;
      waiting.add(() => untilComplete.unsubscribe());

      const announce = ({ worker }: ProcessDraft, why: string, lacks: readonly Address[] = []) => {
        waiting.unsubscribe();
        subscriber.next({ type: 'ready', worker, why, ...(lacks.length > 0 && { lacks }) });
      };
      const lacks$ = (replaces?.places$ ?? EMPTY).pipe(map((places) => missing(places, addresses)));
      const listensOn = (address: Address, event: ProcessDraft) => {
        if (!addresses.some((known) => isSame(known, address))) addresses.push(address);
        untilComplete.unsubscribe();
        untilComplete = lacks$
          .pipe(
            filter((lacks) => lacks.length === 0),
            take(1),
          )
          .subscribe(relayBeside(subscriber, () => announce(event, `listens on ${placesOf(addresses)}`)));
      };
      const atReadyTimeout = (event: ProcessDraft, readyTimeout: number) =>
        after(readyTimeout)
          .pipe(
            filter(() => addresses.length > 0),
            switchMap(() => lacks$.pipe(take(1))),
          )
          .subscribe(
            relayBeside(subscriber, (lacks) =>
              announce(
                event,
                `listens on ${placesOf(addresses)}, and ${readyTimeout} ms after its fork not on ${placesOf(lacks)}, where the worker before it listened`,
                lacks,
              ),
            ),
          );
      const afterMinReadyTime = (event: ProcessDraft) =>
        after(minReadyTime)
          .pipe(
            switchMap(() => listened$.pipe(take(1))),
            filter((listened) => !listened),
          )
          .subscribe(relayBeside(subscriber, () => announce(event, `online for ${minReadyTime} ms`)));

      const evaluate = (predicate: (event: ProcessDraft) => boolean, event: ProcessDraft): boolean => {
        const fail = (what: string, cause?: unknown) => {
          const error = new Error(`ready: the predicate ${what} on ${event.type}`, { cause });
          subscriber.next({ type: 'error', error: errorData(error), worker: event.worker });
          return false;
        };
        try {
          const answer: unknown = predicate(event);
          if (!isThenable(answer)) return Boolean(answer);
          // An unhandled rejection would end the master.
          answer.then(undefined, () => {});
          return fail('has to return true or false at once, but returned a promise');
        } catch (thrown) {
          return fail('threw', thrown);
        }
      };

      const follow = (event: ProcessDraft) => {
        const isSign = typeof when !== 'function' && isSignFor(when, event);
        // Subscribed before the fork is passed on, so that at `readyTimeout` `ready` comes before `overdue`.
        if (event.type === 'fork' && replaces !== undefined) waiting.add(atReadyTimeout(event, replaces.readyTimeout));
        if (!isSign || when !== 'message') subscriber.next(event);
        if (waiting.closed) return;
        if (departs(event)) waiting.unsubscribe();
        else if (isSign && replaces !== undefined && event.type === 'listening') listensOn(event.address, event);
        else if (isSign) announce(event, signText(event));
        else if (typeof when === 'function' && evaluate(when, event))
          announce(event, `the predicate is true for '${event.type}'`);
        else if (when === 'auto' && event.type === 'online') waiting.add(afterMinReadyTime(event));
      };
      return process$.subscribe(relay(subscriber, follow));
    });

const placesOf = (places: readonly Address[]): string => places.map(placeOf).join(', ');

/** The event that made it ready, in words. */
const signText = (event: ProcessDraft): string => {
  if (event.type === 'listening') return `listens on ${placeOf(event.address)}`;
  return event.type === 'message' ? "sent 'ready'" : 'is online';
};

const isSignFor = (when: Extract<Ready, string>, event: ProcessDraft): boolean =>
  when === 'message'
    ? event.type === 'message' && saysReady(event.message)
    : event.type === (when === 'auto' ? 'listening' : when);

/** Whether a message tells the master that its worker is ready, with `ready: 'message'`. */
export const saysReady = (message: unknown): boolean => {
  if (typeof message !== 'object' || message === null) return message === 'ready';
  return 'cmd' in message && message.cmd === 'ready';
};
