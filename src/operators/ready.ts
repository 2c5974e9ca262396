import { filter, Observable, type OperatorFunction, Subscription, switchMap, take } from 'rxjs';
import type { ProcessDraft, ReadinessDraft } from '../events.js';
import { placeOf } from '../wording.js';
import { after } from './after.js';
import { departs } from './departs.js';
import { relay } from './relay.js';

/**
 * What makes a worker ready: that it is `online`; that it is `listening`; that it says so by `message`
 * (`process.send('ready')` or `{ cmd: 'ready' }`); the first event for which a predicate returns true;
 * or, `auto`, listening where workers of this cluster listen, else having been online for `minReadyTime`.
 */
export type Ready = 'auto' | 'online' | 'listening' | 'message' | ((event: ProcessDraft) => boolean);

/**
 * Adds `ready` to the life of a worker, once.
 *
 * ```
 * source              f-o--l-----|
 * ready('listening')  f-o--(lr)--|
 *
 * ready('auto', 5)    f-o----r---|      nobody has listened: online for 5 ms will do
 * ```
 *
 * `listened$` tells whether a worker of the cluster has listened, current on subscription.
 * For `message` the message itself is not passed on. A predicate that throws becomes an `error` event and has said no.
 */
export const ready =
  (
    when: Ready,
    minReadyTime: number,
    listened$: Observable<boolean>,
  ): OperatorFunction<ProcessDraft, ProcessDraft | ReadinessDraft> =>
  (process$) =>
    new Observable((subscriber) => {
      const waiting = new Subscription();
      subscriber.add(waiting);

      const announce = ({ worker }: ProcessDraft, why: string) => {
        waiting.unsubscribe();
        subscriber.next({ type: 'ready', worker, why });
      };
      const lasts = (event: ProcessDraft) =>
        after(minReadyTime)
          .pipe(
            switchMap(() => listened$.pipe(take(1))),
            filter((listened) => !listened),
          )
          .subscribe(() => announce(event, `online for ${minReadyTime} ms`));

      const agrees = (predicate: (event: ProcessDraft) => boolean, event: ProcessDraft): boolean => {
        try {
          return predicate(event);
        } catch (thrown) {
          const error = new Error(`ready: the predicate threw on ${event.type}`, { cause: thrown });
          subscriber.next({ type: 'error', error, worker: event.worker });
          return false;
        }
      };

      const follow = (event: ProcessDraft) => {
        const shown = typeof when !== 'function' && shows(when, event);
        if (!shown || when !== 'message') subscriber.next(event);
        if (waiting.closed) return;
        if (departs(event)) waiting.unsubscribe();
        else if (shown) announce(event, sign(event));
        else if (typeof when === 'function' && each(event).some((one) => agrees(when, one)))
          announce(event, `the predicate is true for '${event.type}'`);
        else if (when === 'auto' && event.type === 'online') waiting.add(lasts(event));
      };
      return process$.subscribe(relay(subscriber, follow));
    });

/** What shows that it is ready, in words. */
const sign = (event: ProcessDraft): string => {
  if (event.type === 'listening') return `listens on ${placeOf(event.address)}`;
  return event.type === 'message' ? "sent 'ready'" : 'is online';
};

/** Those that came together are asked about one by one. */
const each = (event: ProcessDraft): readonly ProcessDraft[] =>
  event.type === 'messages'
    ? event.messages.map((message) => ({ type: 'message', worker: event.worker, message }))
    : [event];

const shows = (when: Extract<Ready, string>, event: ProcessDraft): boolean =>
  when === 'message' ? saysReady(event) : event.type === (when === 'auto' ? 'listening' : when);

/** The messages that `ready` goes by. */
export const mindsMessages = (when: Ready): ((event: { readonly type: string }) => boolean) =>
  typeof when === 'function' ? () => true : when === 'message' ? saysReady : () => false;

const saysReady = (event: { readonly type: string; readonly message?: unknown }): boolean => {
  if (event.type !== 'message') return false;
  const { message } = event;
  if (typeof message !== 'object' || message === null) return message === 'ready';
  return 'cmd' in message && message.cmd === 'ready';
};
