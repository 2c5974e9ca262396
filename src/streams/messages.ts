import { filter, map, type Observable } from 'rxjs';
import type { WorkerRef } from '../events.js';
import { is } from '../operators/is.js';
import { Watched } from '../operators/watched.js';
import { report, told$ } from '../running.js';

/** A message of a worker, and who sent it. */
export interface Message<M = unknown> {
  readonly worker: WorkerRef;
  readonly message: M;
  /** The socket or server that came with it, if one did. */
  readonly handle?: unknown;
}

/**
 * What workers send with `process.send`. Hot: it never completes and never errors, and what a subscriber throws becomes an `error` event.
 *
 * @example
 * messages$.pipe(filter(cmd('fromWorker'))).subscribe(({ worker, message }) => console.log(worker.id, message));
 */
export const messages$: Observable<Message> = new Watched(
  told$.pipe(
    filter(is('message')),
    map(({ worker, message, handle }): Message =>
      handle === undefined ? { worker, message } : { worker, message, handle },
    ),
  ),
  report('a subscriber of messages$'),
);
