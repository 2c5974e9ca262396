import type { Observable } from 'rxjs';
import { lazy } from '../../dependencies/lazy.js';
import { rxjs } from '../../dependencies/rxjs.js';
import type { ShutdownHooks, ShutdownHooksKey, Hook } from '../../vocabulary/protocol.js';
import { worker } from './worker.js';

const key: ShutdownHooksKey = 'proteus-cluster:shutdown-hooks';

const isShutdownHooks = (value: unknown): value is ShutdownHooks =>
  typeof value === 'object' && value !== null && 'onStopping' in value && 'add' in value;

let disconnectListeners: readonly (() => unknown)[] = [];

const callListeners = (): void => {
  for (const act of disconnectListeners) act();
};

/** Adds a function that is called when the channel closes. All share one listener, because Node warns of many. Returns a function that removes it. */
const onDisconnect = (added: (act: () => unknown) => readonly (() => unknown)[], act: () => unknown): (() => void) => {
  if (disconnectListeners.length === 0) process.once('disconnect', callListeners);
  disconnectListeners = added(act);
  return () => {
    disconnectListeners = disconnectListeners.filter((other) => other !== act);
    if (disconnectListeners.length === 0) process.off('disconnect', callListeners);
  };
};

/** With `preload: false`: node:cluster asks a worker to leave by closing its channel. */
const hooksWithoutPreload: ShutdownHooks = {
  onStopping: (listener) => {
    const announce = () => listener('disconnected');
    const remove = onDisconnect((act) => [...disconnectListeners, act], announce);
    if (!process.connected) announce();
    return remove;
  },
  add: (hook) => {
    // The channel has closed, so the master cannot be told.
    const run = async () => {
      try {
        await hook();
      } catch (error) {
        console.error('onStop: a function failed:', error);
      }
    };
    // The last one that was added runs first.
    return onDisconnect((act) => [act, ...disconnectListeners], run);
  },
};

const shutdownHooks = (): ShutdownHooks | undefined => {
  const left: unknown = Reflect.get(globalThis, Symbol.for(key));
  if (isShutdownHooks(left)) return left;
  return worker === undefined ? undefined : hooksWithoutPreload;
};

/**
 * Emits when this worker begins to leave. Then take no new work, and end endless responses such as event streams. Requests in progress are still answered.
 *
 * Emits the reason once and completes: `asked` (by the master), `SIGTERM`, or `disconnected` (the worker has called `disconnect`). A later subscriber gets it at once.
 * Never errors. Outside a worker, and in the worker's threads and child processes, it never emits and never completes. With `preload: false` it emits when
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
 * Adds a function that is called when this worker leaves and has answered all requests: to close a pool, to finish a job. The worker exits when its promise has settled.
 * Returns a function that removes it.
 *
 * The functions are called one after the other, the last one first, as `AsyncDisposableStack` does: what was opened last may need what was opened before. They are called when the worker's servers
 * have closed and no connection is left, at `drain.cut` at the latest; at once if it never listened. The channel to the master is still open. If one throws, or has not settled
 * at `drain.cut`, the worker emits an `error` event, and the next one is called. One that blocks is ended by SIGKILL after `disconnectTimeout`.
 *
 * Outside a worker nothing is called. With `preload: false` all are called when the channel to the master has closed, while requests may still be in progress.
 *
 * @example
 * onStop(async () => pool.end());
 */
export const onStop = (hook: Hook): (() => void) => {
  if (typeof hook !== 'function') throw new TypeError(`onStop: expected a function, got ${typeof hook}`);
  return shutdownHooks()?.add(hook) ?? (() => {});
};
