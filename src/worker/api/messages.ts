import type { Observable } from 'rxjs';
import { lazy } from '../../dependencies/lazy.js';
import { rxjs } from '../../dependencies/rxjs.js';
import { warnInMaster } from '../../host/processRole.js';
import { masterConnection } from './masterConnection.js';
import { worker } from './worker.js';

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
 * Completes when the channel closes; never errors. Outside a worker, and in its threads and child processes, it neither emits nor ends; in a master a warning says what to import.
 *
 * @example
 * messages$.pipe(route({ stats: () => ({ requests }), reload: () => reload() })).subscribe();
 */
export const messages$: Observable<FromMaster> = lazy(() => {
  const { Observable, share } = rxjs();
  return new Observable<FromMaster>((subscriber) => {
    const open = masterConnection();
    // What starts a child process may talk with it, and is no master.
    if (open === undefined && worker === undefined) return warnInMaster('messages$');
    if (!process.connected) return subscriber.complete();
    const hear = (message: unknown, handle: unknown) =>
      subscriber.next(handle === undefined ? { message } : { message, handle });
    const end = () => subscriber.complete();
    process.on('message', hear);
    process.once('disconnect', end);
    subscriber.add(open?.asked.listen((asked) => subscriber.next(asked)));
    return () => {
      process.off('message', hear);
      process.off('disconnect', end);
    };
    // However many subscribe, the process has one listener.
  }).pipe(share());
});
