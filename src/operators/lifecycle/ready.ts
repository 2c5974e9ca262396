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
 * What makes a worker ready: that it is `online`; that it is `listening`; that it says so by `message`
 * (`process.send('ready')` or `{ cmd: 'ready' }`); the first event for which a predicate returns true;
 * or, `auto`, listening where workers of this cluster listen, else having been online for `minReadyTime`.
 */
export type Ready = 'auto' | 'online' | 'listening' | 'message' | ((event: ProcessDraft) => boolean);

/** What is asked of a worker that is to replace another. */
export interface Succession {
  /** Where the other one listened. Current on subscription; with nothing in it, nothing is asked. */
  readonly places$: Observable<readonly Address[]>;
  /** How long the worker may take to listen on all of them, in ms from its fork. After that one of them is enough: the release may have dropped the others. */
  readonly readyTimeout: number;
}

/**
 * Adds `ready` to the life of a worker, once.
 *
 * ```
 * source              f-o--l-----|
 * ready('listening')  f-o--(lr)--|
 *
 * ready('auto', 5)    f-o----r---|      nobody has listened: online for 5 ms will do
 *
 * source              f-o--l---m--      l: one port of its predecessor, m: the other one
 * ready(…, replaces)  f-o--l---(mr)
 * ```
 *
 * `listened$` tells whether a worker of the cluster has listened, current on subscription.
 * With `replaces`, a worker that is ready when it listens has to listen on every place of the worker that it replaces; if it listens on some of them only when
 * `readyTimeout` is over, it is ready then, and `lacks` names the others.
 * For `message` the message itself is not passed on. A predicate that throws, or is async, becomes an `error` event and has said no.
 */
export const ready =
  (
    when: Ready,
    minReadyTime: number,
    listened$: Observable<boolean>,
    replaces?: Succession,
  ): OperatorFunction<ProcessDraft, ProcessDraft | ReadinessDraft> =>
  (process$) =>
    new Observable((subscriber) => {
      const waiting = new Subscription();
      subscriber.add(waiting);
      const listens: Address[] = [];
      let rest = Subscription.EMPTY;
      waiting.add(() => rest.unsubscribe());

      const announce = ({ worker }: ProcessDraft, why: string, lacks: readonly Address[] = []) => {
        waiting.unsubscribe();
        subscriber.next({ type: 'ready', worker, why, ...(lacks.length > 0 && { lacks }) });
      };
      const lacks$ = (replaces?.places$ ?? EMPTY).pipe(map((places) => missing(places, listens)));
      const listensOn = (address: Address, event: ProcessDraft) => {
        if (!listens.some((known) => isSame(known, address))) listens.push(address);
        rest.unsubscribe();
        rest = lacks$
          .pipe(
            filter((lacks) => lacks.length === 0),
            take(1),
          )
          .subscribe(relayBeside(subscriber, () => announce(event, `listens on ${placesOf(listens)}`)));
      };
      const settles = (event: ProcessDraft, readyTimeout: number) =>
        after(readyTimeout)
          .pipe(
            filter(() => listens.length > 0),
            switchMap(() => lacks$.pipe(take(1))),
          )
          .subscribe(
            relayBeside(subscriber, (lacks) =>
              announce(
                event,
                `listens on ${placesOf(listens)}, and ${readyTimeout} ms after its fork not on ${placesOf(lacks)}, where the worker before it listened`,
                lacks,
              ),
            ),
          );
      const lasts = (event: ProcessDraft) =>
        after(minReadyTime)
          .pipe(
            switchMap(() => listened$.pipe(take(1))),
            filter((listened) => !listened),
          )
          .subscribe(relayBeside(subscriber, () => announce(event, `online for ${minReadyTime} ms`)));

      const agrees = (predicate: (event: ProcessDraft) => boolean, event: ProcessDraft): boolean => {
        const fail = (what: string, cause?: unknown) => {
          const error = new Error(`ready: the predicate ${what} on ${event.type}`, { cause });
          subscriber.next({ type: 'error', error: errorData(error), worker: event.worker });
          return false;
        };
        try {
          const answer: unknown = predicate(event);
          if (!isThenable(answer)) return Boolean(answer);
          // Its rejection would end the master.
          answer.then(undefined, () => {});
          return fail('has to return true or false at once, but returned a promise');
        } catch (thrown) {
          return fail('threw', thrown);
        }
      };

      const follow = (event: ProcessDraft) => {
        const shown = typeof when !== 'function' && shows(when, event);
        // Before others hear of the fork: at `readyTimeout` it is ready rather than overdue.
        if (event.type === 'fork' && replaces !== undefined) waiting.add(settles(event, replaces.readyTimeout));
        if (!shown || when !== 'message') subscriber.next(event);
        if (waiting.closed) return;
        if (departs(event)) waiting.unsubscribe();
        else if (shown && replaces !== undefined && event.type === 'listening') listensOn(event.address, event);
        else if (shown) announce(event, sign(event));
        else if (typeof when === 'function' && agrees(when, event))
          announce(event, `the predicate is true for '${event.type}'`);
        else if (when === 'auto' && event.type === 'online') waiting.add(lasts(event));
      };
      return process$.subscribe(relay(subscriber, follow));
    });

const placesOf = (places: readonly Address[]): string => places.map(placeOf).join(', ');

/** What shows that it is ready, in words. */
const sign = (event: ProcessDraft): string => {
  if (event.type === 'listening') return `listens on ${placeOf(event.address)}`;
  return event.type === 'message' ? "sent 'ready'" : 'is online';
};

const shows = (when: Extract<Ready, string>, event: ProcessDraft): boolean =>
  when === 'message'
    ? event.type === 'message' && saysReady(event.message)
    : event.type === (when === 'auto' ? 'listening' : when);

/** Whether a message tells the master that its worker is ready, with `ready: 'message'`. */
export const saysReady = (message: unknown): boolean => {
  if (typeof message !== 'object' || message === null) return message === 'ready';
  return 'cmd' in message && message.cmd === 'ready';
};
