import { randomUUID } from 'node:crypto';
import {
  concat,
  defer,
  EMPTY,
  filter,
  from,
  map,
  merge,
  type Observable,
  switchMap,
  take,
  takeUntil,
  takeWhile,
  timer,
} from 'rxjs';
import { ConfigError } from '../../index.js';
import { members$ } from '../membership/members.js';
import type { FleetStore } from '../store/store.js';
import { type Ask, answerSubject, askSubject, type HostAnswer, readAnswer } from './askMessage.js';

export interface RequestAllOptions {
  /** How long the answers may take, in ms, up to 600,000. Default: 5000. */
  readonly timeout?: number;
}

/** So much of the time is kept for the way between hosts: a worker that is late does not make its host late. In ms. */
const maxTravelMs = 1_000;

/**
 * Sends a request to the workers of all hosts of a fleet, and emits the answers of each host.
 *
 * Sends as soon as the members are known: at once, or when the store is reachable. Emits exactly one value for each member: `{ host, replies }` with a `reply` or an `error` of each of its workers, in the order in which the hosts answer, and after `timeout` ms
 * `{ host, replies: [], error }` for each host that has not answered. Completes after the last one. In the worker the request is one of `messages$`, with a `reply` function.
 *
 * Errors with `StoreUnreachableError` if the request cannot be sent. Throws `ConfigError` for a wrong `timeout`.
 *
 * @example
 * natsStore({ servers: 'nats-1:4222', name: 'shop' })
 *   .pipe(switchMap((store) => requestAll(store, { cmd: 'sessions' }, { timeout: 1_000 })))
 *   .subscribe(({ host, replies, error }) => console.log(host, error ?? replies.length));
 */
export const requestAll = (
  store: FleetStore,
  message: unknown,
  { timeout = 5_000 }: RequestAllOptions = {},
): Observable<HostAnswer> => {
  if (!(timeout > 0 && timeout <= 600_000))
    throw new ConfigError('requestAll().timeout', `expected a time in ms from 1 to 600000, got ${String(timeout)}`);
  return members$(store).pipe(
    take(1),
    switchMap((members) => asked(store, message, timeout, new Set(members.keys()))),
  );
};

const asked = (store: FleetStore, message: unknown, timeout: number, silent: Set<string>): Observable<HostAnswer> =>
  defer(() => {
    if (silent.size === 0) return EMPTY;
    const ask: Ask = { id: randomUUID(), message, timeout: Math.max(timeout / 2, timeout - maxTravelMs) };
    const answer$ = store.subscribe(answerSubject(ask.id)).pipe(
      map(({ value }) => readAnswer(value)),
      filter((answer) => answer !== undefined),
      // One answer of each member.
      filter(({ host }) => silent.delete(host)),
    );
    const late$ = defer(() =>
      from(Array.from(silent, (host): HostAnswer => ({ host, replies: [], error: `no answer within ${timeout} ms` }))),
    );
    const inTime$ = merge(answer$, store.publish(askSubject, ask)).pipe(
      takeUntil(timer(timeout)),
      takeWhile(() => silent.size > 0, true),
    );
    return concat(inTime$, late$);
  });
