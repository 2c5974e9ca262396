import type { Observable } from 'rxjs';
import { lazy } from '../../dependencies/lazy.js';
import { rxjs } from '../../dependencies/rxjs.js';
import type { ShutdownHooks, ShutdownHooksKey, Hook } from '../../vocabulary/protocol.js';
import { worker } from './worker.js';

const key: ShutdownHooksKey = 'proteus-cluster:shutdown-hooks';

const isShutdownHooks = (value: unknown): value is ShutdownHooks =>
  typeof value === 'object' && value !== null && 'onStopping' in value && 'add' in value;

let acts: readonly (() => unknown)[] = [];

const actAll = (): void => {
  for (const act of acts) act();
};

/** Does something when the channel closes, with one listener for all: many functions are not a leak of listeners, which Node would warn of. Returns what forgets it. */
const atDisconnect = (added: (act: () => unknown) => readonly (() => unknown)[], act: () => unknown): (() => void) => {
  if (acts.length === 0) process.once('disconnect', actAll);
  acts = added(act);
  return () => {
    acts = acts.filter((other) => other !== act);
    if (acts.length === 0) process.off('disconnect', actAll);
  };
};

/** With `preload: false`: node:cluster closes the channel of a worker that is to leave, and that is all it says. */
const disconnection: ShutdownHooks = {
  onStopping: (listener) => {
    const hear = () => listener('disconnected');
    const forget = atDisconnect((act) => [...acts, act], hear);
    if (!process.connected) hear();
    return forget;
  },
  add: (hook) => {
    // The channel has closed: nobody else is there to be told.
    const run = async () => {
      try {
        await hook();
      } catch (error) {
        console.error('onStop: a function failed:', error);
      }
    };
    // The first to run is the one that was added last.
    return atDisconnect((act) => [act, ...acts], run);
  },
};

const shutdownHooks = (): ShutdownHooks | undefined => {
  const left: unknown = Reflect.get(globalThis, Symbol.for(key));
  if (isShutdownHooks(left)) return left;
  return worker === undefined ? undefined : disconnection;
};

/**
 * That this worker is to leave: take no new work, tell those who listen to an endless stream, end it. What is in flight is answered in the meantime.
 *
 * Emits the reason once and completes: `asked` by the master, on `SIGTERM`, or because it has `disconnected` itself. Who subscribes later hears it at once.
 * Never errors. Outside a worker, and in the worker's threads and child processes, it never emits or ends. With `preload: false` it is heard when
 * the channel to the master has closed, and not on SIGTERM.
 *
 * @example
 * jobs$.pipe(takeUntil(stopping$), concatMap(work)).subscribe();
 */
export const stopping$: Observable<string> = lazy(
  () =>
    new (rxjs().Observable)((subscriber) =>
      shutdownHooks()?.onStopping((why) => {
        subscriber.next(why);
        subscriber.complete();
      }),
    ),
);

/**
 * Has a function called when this worker leaves and has answered everything: to close a pool, to finish a job. The worker goes when it has settled.
 * Returns what forgets it.
 *
 * Functions are called one after the other, the last one first, as `AsyncDisposableStack` does: what was opened last may need what was opened before. That is when its servers
 * have closed and no connection is left, `drain.cut` at the latest; where it never listened, at once. The channel to the master is open. One that throws, or has not settled
 * at `drain.cut`, becomes an `error` event of the worker, and the next has its turn. One that blocks ends with SIGKILL after `disconnectTimeout`.
 *
 * Outside a worker nothing is called. With `preload: false` all are called when the channel to the master has closed, beside requests that are still in flight.
 *
 * @example
 * onStop(async () => pool.end());
 */
export const onStop = (hook: Hook): (() => void) => {
  if (typeof hook !== 'function') throw new TypeError(`onStop: expected a function, got ${typeof hook}`);
  return shutdownHooks()?.add(hook) ?? (() => {});
};
