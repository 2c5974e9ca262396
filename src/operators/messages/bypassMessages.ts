import { defer, filter, type MonoTypeOperatorFunction } from 'rxjs';
import type { ProcessDraft, WorkerRef } from '../../vocabulary/events.js';
import type { ProcessEvent, Seat } from '../../host/host.js';

type MessageEvent = ProcessEvent & { readonly type: 'message' | 'messages' };

/** Written out for the common case, since it runs for each message: object spread takes ten times as long. */
const messageEventOf = (worker: WorkerRef, event: MessageEvent): ProcessDraft =>
  event.type === 'message' && !('handle' in event) && !('reply' in event)
    ? { type: 'message', worker, message: event.message }
    : { worker, ...event };

/**
 * Emits the messages of a process directly as events of its worker: there are many, and no operator in between needs them.
 *
 * ```
 * source                f-m-o-m-x|
 * result                f---o---x|
 * emit                  --m---m---
 * ```
 *
 * Messages for which `isNeeded` returns true pass through all operators like other events.
 */
export const bypassMessages =
  (
    seat: Seat,
    isNeeded: (said: MessageEvent) => boolean,
    emit: (draft: ProcessDraft) => void,
  ): MonoTypeOperatorFunction<ProcessEvent> =>
  (process$) =>
    defer(() => {
      let worker: WorkerRef | undefined;
      return process$.pipe(
        filter((event) => {
          if (event.type === 'fork') worker = { id: event.process.id, pid: event.process.pid, ...seat };
          // No message is emitted after the exit, even one that arrives with it.
          if (event.type === 'exit') worker = undefined;
          if ((event.type !== 'message' && event.type !== 'messages') || worker === undefined || isNeeded(event))
            return true;
          emit(messageEventOf(worker, event));
          return false;
        }),
      );
    });
