import { defer, filter, type MonoTypeOperatorFunction } from 'rxjs';
import type { ProcessDraft, WorkerRef } from '../../vocabulary/events.js';
import type { ProcessEvent, Seat } from '../../host/host.js';

type Said = ProcessEvent & { readonly type: 'message' | 'messages' };

/** Written out where that will do, since it is done for each message: to spread an object takes ten times as long as to write one. */
const saidBy = (worker: WorkerRef, event: Said): ProcessDraft =>
  event.type === 'message' && !('handle' in event) && !('reply' in event)
    ? { type: 'message', worker, message: event.message }
    : { worker, ...event };

/**
 * Tells the messages of a process at once, as events of its worker: they are many, and nobody on the long way minds them.
 *
 * ```
 * source               f-m-o-m-x|
 * shortcut(_, _, tell) f---o---x|
 * tell                 --m---m---
 * ```
 *
 * `minds`: those that go the long way all the same.
 */
export const bypassMessages =
  (
    seat: Seat,
    minds: (said: Said) => boolean,
    tell: (draft: ProcessDraft) => void,
  ): MonoTypeOperatorFunction<ProcessEvent> =>
  (process$) =>
    defer(() => {
      let worker: WorkerRef | undefined;
      return process$.pipe(
        filter((event) => {
          if (event.type === 'fork') worker = { id: event.process.id, pid: event.process.pid, ...seat };
          // Nothing comes after its exit, whoever says something in that moment.
          if (event.type === 'exit') worker = undefined;
          if ((event.type !== 'message' && event.type !== 'messages') || worker === undefined || minds(event))
            return true;
          tell(saidBy(worker, event));
          return false;
        }),
      );
    });
