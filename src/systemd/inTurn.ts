import { defer, EMPTY, exhaustMap, type Observable, of, type OperatorFunction, repeat, tap } from 'rxjs';
import type { Notification } from './notifications.js';

/** Only the newest are kept of those that wait. */
const maxWaiting = 8;

/** They follow one another, and are never merged. */
const phases = ['READY', 'RELOADING', 'STOPPING'];

/**
 * Sends one notification after the other. Those that come meanwhile are merged into one, the newest value of each variable wins; only READY, RELOADING and STOPPING stay apart, in their order.
 *
 * ```
 * source            a---bcd---R----|    a, b, c, d: STATUS, R: READY
 * inTurn(--|)  a----d---R----|
 * ```
 */
export const inTurn =
  <R>(send: (notification: Notification) => Observable<R>): OperatorFunction<Notification, R> =>
  (source$) =>
    defer(() => {
      const waiting: Notification[] = [];
      const sendNext = () => {
        const next = waiting.shift();
        return next === undefined ? EMPTY : send(next);
      };
      const sendAll$ = defer(sendNext).pipe(repeat({ delay: () => (waiting.length > 0 ? of(0) : EMPTY) }));
      return source$.pipe(
        tap((notification) => add(waiting, notification)),
        exhaustMap(() => sendAll$),
      );
    });

const add = (waiting: Notification[], notification: Notification): void => {
  const last = waiting.at(-1);
  if (last === undefined || (hasPhase(last) && hasPhase(notification))) waiting.push(notification);
  else waiting[waiting.length - 1] = { ...last, ...notification };
  if (waiting.length > maxWaiting) waiting.shift();
};

const hasPhase = (notification: Notification): boolean => phases.some((phase) => phase in notification);
