import type { Observable } from 'rxjs';
import type { Message } from '../operators/message.js';
import { unpack } from '../operators/unpack.js';
import { forMaster } from '../operators/forMaster.js';
import { Watched } from '../operators/watched.js';
import { report, told$ } from '../running.js';

/**
 * What workers send: with `process.send`, with `send` of `proteus-cluster/worker`, and with `request`, whose messages have a `reply`. The messages of a worker keep their
 * order, and come before its `disconnect` and `exit`. Hot: it never completes and never errors, and what a subscriber throws becomes an `error` event.
 *
 * @example
 * messages$.pipe(filter(cmd('fromWorker'))).subscribe(({ worker, message }) => console.log(worker.id, message));
 */
export const messages$: Observable<Message> = new Watched(
  forMaster('messages$', told$.pipe(unpack())),
  report('a subscriber of messages$'),
);
