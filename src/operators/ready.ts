import {
  connect,
  EMPTY,
  filter,
  map,
  merge,
  mergeMap,
  type Observable,
  of,
  type OperatorFunction,
  switchMap,
  take,
  takeUntil,
  takeWhile,
} from 'rxjs';
import type { ProcessDraft, ReadinessDraft } from '../events.js';
import { after } from './after.js';
import { departs } from './departs.js';
import { is } from './is.js';

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
export const ready = (
  when: Ready,
  minReadyTime: number,
  listened$: Observable<boolean>,
): OperatorFunction<ProcessDraft, ProcessDraft | ReadinessDraft> => {
  const heard =
    when === 'message' ? filter((event: ProcessDraft) => !saysReady(event)) : map((event: ProcessDraft) => event);
  return (process$) =>
    process$.pipe(
      connect((life$) =>
        merge(
          life$.pipe(heard),
          life$.pipe(
            sign(when, minReadyTime, listened$),
            takeWhile((told) => told.type !== 'ready', true),
            takeUntil(life$.pipe(filter(departs))),
          ),
        ),
      ),
    );
};

const sign = (
  when: Ready,
  minReadyTime: number,
  listened$: Observable<boolean>,
): OperatorFunction<ProcessDraft, ReadinessDraft> => {
  if (typeof when === 'function') return mergeMap((event) => ask(when, event));
  if (when === 'auto') return listeningOrLasting(minReadyTime, listened$);
  const shows = when === 'message' ? (event: ProcessDraft) => saysReady(event) : is(when);
  return (life$) => life$.pipe(filter(shows), map(announce));
};

const listeningOrLasting =
  (minReadyTime: number, listened$: Observable<boolean>): OperatorFunction<ProcessDraft, ReadinessDraft> =>
  (life$) =>
    merge(
      life$.pipe(filter(is('listening'))),
      life$.pipe(
        filter(is('online')),
        switchMap((event) =>
          after(minReadyTime).pipe(
            switchMap(() => listened$.pipe(take(1))),
            filter((listened) => !listened),
            map(() => event),
          ),
        ),
      ),
    ).pipe(map(announce));

const ask = (predicate: (event: ProcessDraft) => boolean, event: ProcessDraft): Observable<ReadinessDraft> => {
  try {
    return predicate(event) ? of(announce(event)) : EMPTY;
  } catch (thrown) {
    const error = new Error(`ready: the predicate threw on ${event.type}`, { cause: thrown });
    return of({ type: 'error', error, worker: event.worker });
  }
};

const announce = ({ worker }: ProcessDraft): ReadinessDraft => ({ type: 'ready', worker });

/** The messages that `ready` goes by. */
export const mindsMessages = (when: Ready): ((event: { readonly type: string }) => boolean) =>
  typeof when === 'function' ? () => true : when === 'message' ? saysReady : () => false;

const saysReady = (event: { readonly type: string; readonly message?: unknown }): boolean => {
  if (event.type !== 'message') return false;
  const { message } = event;
  if (typeof message !== 'object' || message === null) return message === 'ready';
  return 'cmd' in message && message.cmd === 'ready';
};
