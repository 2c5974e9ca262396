import type { Observable } from 'rxjs';
import { lazy } from '../../dependencies/lazy.js';
import { rxjs } from '../../dependencies/rxjs.js';
import { warnInMaster } from '../../host/processRole.js';
import { masterConnection } from './masterConnection.js';
import { worker } from './worker.js';

/** A message of the master. */
export interface FromMaster<M = unknown> {
  readonly message: M;
  /** The socket or server that was sent with it. */
  readonly handle?: unknown;
  /** Present if the master sent it with `request`: answers the request, once; an `Error` reports that there is no answer. Throws `MessageError` on a second call, and when the master no longer waits. */
  readonly reply?: (message: unknown) => void;
}

/**
 * The messages that the master sends with `send` and `request`; those of `request` have a `reply`. Hot: messages before the subscription are lost, as with `process.on('message')`.
 * Completes when the channel closes; never errors. Outside a worker, and in its threads and child processes, it never emits and never completes. In a master it warns, and says what to import.
 *
 * @example
 * messages$.pipe(route({ stats: () => ({ requests }), reload: () => reload() })).subscribe();
 */
export const messages$: Observable<FromMaster> = lazy(() => {
  const { Observable, share } = rxjs();
  return new Observable<FromMaster>((subscriber) => {
    const connection = masterConnection();
    // The parent of another process may send it messages, and is no master.
    if (connection === undefined && worker === undefined) return warnInMaster('messages$');
    if (!process.connected) return subscriber.complete();
    const onMessage = (message: unknown, handle: unknown) =>
      subscriber.next(handle === undefined ? { message } : { message, handle });
    const end = () => subscriber.complete();
    process.on('message', onMessage);
    process.once('disconnect', end);
    subscriber.add(connection?.requests.listen((asked) => subscriber.next(asked)));
    return () => {
      process.off('message', onMessage);
      process.off('disconnect', end);
    };
    // Shared, so that the process has one listener for all subscribers.
  }).pipe(share());
});
