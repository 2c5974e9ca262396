import { Observable, share } from 'rxjs';
import { connection } from './connection.js';

/** A message of the master. */
export interface FromMaster<M = unknown> {
  readonly message: M;
  /** The socket or server that came with it, if one did. */
  readonly handle?: unknown;
  /** Where the master asks (`request`): answers it, once; an `Error` says that there is no answer. Throws `MessageError` for a second answer, and when nobody waits any more. */
  readonly reply?: (message: unknown) => void;
}

/**
 * What the master sends with `send`, and with `request`, whose messages have a `reply`. Hot: what comes before somebody subscribes is lost, as with `process.on('message')`.
 * Completes when the channel closes; never errors.
 *
 * @example
 * messages$.pipe(route({ stats: () => ({ requests }), reload: () => reload() })).subscribe();
 */
export const messages$: Observable<FromMaster> = new Observable<FromMaster>((subscriber) => {
  if (process.send !== undefined && !process.connected) return subscriber.complete();
  const hear = (message: unknown, handle: unknown) =>
    subscriber.next(handle === undefined ? { message } : { message, handle });
  const end = () => subscriber.complete();
  process.on('message', hear);
  process.once('disconnect', end);
  subscriber.add(connection()?.asked$.subscribe((asked) => subscriber.next(asked)));
  return () => {
    process.off('message', hear);
    process.off('disconnect', end);
  };
  // However many subscribe, the process has one listener.
}).pipe(share());
