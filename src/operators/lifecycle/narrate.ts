import { Observable, type OperatorFunction } from 'rxjs';
import { WorkerExitError } from '../../vocabulary/errors.js';
import { type ErrorData, errorData } from '../../vocabulary/errorData.js';
import type { Exit, ForkReason, ProcessDraft, WorkerRef } from '../../vocabulary/events.js';
import { type ProcessEvent, type SlotRef, workerRef } from '../../host/host.js';
import type { Leaving } from './leave.js';
import { relay } from '../general/relay.js';

/**
 * Turns the events of a process into worker events: with the worker, whether it had been asked to leave, and the reason and cause of its end.
 *
 * ```
 * source   fo--l----------cx|        c: the error it dies of
 * result   fo--l-----------x#        x carries the cause
 *
 * source   fo--l-----r----dx|        r: asked to leave
 * result   fo--l-----r----dx|
 * ```
 *
 * `now` is the monotonic clock that `uptime` is measured on, in ms.
 *
 * Completes after a requested exit; errors with `WorkerExitError` after any other.
 */
export const narrate =
  (slotRef: SlotRef, why: ForkReason, now: () => number): OperatorFunction<ProcessEvent | Leaving, ProcessDraft> =>
  (process$) =>
    new Observable((subscriber) => {
      const forkedAt = now();
      const uptime = () => now() - forkedAt;
      let worker: WorkerRef = { id: 0, ...slotRef };
      let asked = false;
      let left = false;
      let wantsReplacement = false;
      let cause: ErrorData | undefined;
      let exit: Exit | undefined;

      const exitOf = (code: number | null, signal: string | null, spawn: boolean): Exit => {
        const reason = asked ? 'requested' : spawn ? 'spawn' : left ? 'left' : 'crash';
        return { code, signal, requested: asked, reason, uptime: uptime(), ...(cause && { cause }) };
      };

      const draftOf = (event: ProcessEvent | Leaving): ProcessDraft | undefined => {
        // A subscriber may react to the exit with a stop request, while the exit is delivered.
        if (exit !== undefined) return undefined;
        switch (event.type) {
          case 'fork':
            worker = workerRef(event.process, slotRef);
            return { type: 'fork', worker, why };
          case 'replace-request':
            if (asked || left || wantsReplacement) return undefined;
            wantsReplacement = true;
            return { type: 'replace-request', worker, why: event.why };
          case 'leaving':
            if (asked || left) return undefined;
            left = true;
            return { type: 'leaving', worker, why: event.why, uptime: uptime() };
          case 'retire':
            asked = true;
            return { type: 'retire', worker, why: event.why };
          case 'kill': {
            const { unasked, ...kill } = { unasked: false, ...event };
            asked ||= !left && !unasked;
            if (unasked && !left) cause ??= { name: 'Error', message: event.why, stack: '' };
            return { ...kill, worker };
          }
          case 'cause':
            cause = event.cause;
            return undefined;
          case 'message':
            return { type: 'message', worker, message: event.message };
          case 'messages':
          case 'drained':
          case 'held':
          // A frame for a feature that this master does not have.
          case 'frame':
            return undefined;
          case 'error':
            return { type: 'error', worker, error: errorData(event.error) };
          case 'disconnect':
            return { type: 'disconnect', worker, requested: asked };
          case 'exit':
            exit = exitOf(event.code, event.signal, event.spawn);
            return { type: 'exit', worker, ...exit };
          default:
            return { worker, ...event };
        }
      };

      const follow = (event: ProcessEvent | Leaving) => {
        const draft = draftOf(event);
        if (draft !== undefined) subscriber.next(draft);
      };
      const complete = () => {
        if (exit === undefined || asked) subscriber.complete();
        else subscriber.error(new WorkerExitError(worker, exit));
      };
      return process$.subscribe(relay(subscriber, follow, { complete }));
    });
