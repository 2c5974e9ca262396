import type { Observable } from 'rxjs';
import type { ForkReason, ProcessDraft } from '../vocabulary/events.js';
import type { Host, SlotRef } from '../host/host.js';
import { leave, type LeaveTimeouts, type StopRequest } from '../operators/lifecycle/leave.js';
import { narrate } from '../operators/lifecycle/narrate.js';

/**
 * One worker process as a cold Observable: subscribing forks it, unsubscribing kills it.
 *
 * ```
 * stop$    -----------s------
 * process  fo-l----------dx|      asked to leave: exit, then complete
 * result   fo-l-------r--dx|
 *
 * process  fo-l----dx|            left on its own: exit, then error
 * result   fo-l----dx#
 * ```
 *
 * Emits the events of the process and what is done to end it (`retire`, `kill`). `exit` is always emitted.
 * Completes if this master asked it to leave; errors with `WorkerExitError` if it left on its own.
 * SIGKILL follows `disconnectTimeout` ms after it was asked to leave or began to leave; earlier if it was never ready (`ready$`).
 */
export const worker$ = (
  host: Pick<Host, 'fork' | 'now'>,
  slotRef: SlotRef,
  why: ForkReason,
  stop$: Observable<StopRequest>,
  timeouts: LeaveTimeouts,
  ready$: Observable<boolean>,
): Observable<ProcessDraft> =>
  host.fork(slotRef, { why }).pipe(leave(stop$, timeouts, ready$), narrate(slotRef, why, host.now));
