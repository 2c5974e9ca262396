import type { Observable } from 'rxjs';
import type { ForkReason, ProcessDraft } from '../vocabulary/events.js';
import type { Host, SlotRef } from '../host/host.js';
import { leave, type Patience, type StopRequest } from '../operators/lifecycle/leave.js';
import { narrate } from '../operators/lifecycle/narrate.js';

/**
 * One worker process as a cold Observable: subscribe and it is forked, unsubscribe and it is killed.
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
 * Emits the process's events and what is done to end it (`retire`, `kill`); `exit` is always emitted.
 * Completes if this master asked it to leave; errors with `WorkerExitError` if it left on its own.
 * From being asked, or from beginning to leave, it has `disconnectTimeout` ms until SIGKILL; one that was never ready (`ready$`) has less.
 */
export const worker$ = (
  host: Pick<Host, 'fork' | 'now'>,
  slotRef: SlotRef,
  why: ForkReason,
  stop$: Observable<StopRequest>,
  patience: Patience,
  ready$: Observable<boolean>,
): Observable<ProcessDraft> => host.fork(slotRef).pipe(leave(stop$, patience, ready$), narrate(slotRef, why, host.now));
