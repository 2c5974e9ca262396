import { type MonoTypeOperatorFunction, Observable } from 'rxjs';
import { type ProcessEvent, type SlotRef, workerRef } from '../../host/host.js';
import { relay } from '../../operators/general/relay.js';
import { retireOn } from '../../operators/lifecycle/retireOn.js';
import type { WorkerRef } from '../../vocabulary/events.js';
import type { ClosedDraft } from './events.js';
import { name } from './frames.js';

/**
 * Emits `closed` when the application in a process has closed its servers, and asks the process to leave. That counts as leaving on its own, because the master has not decided it.
 *
 * ```
 * source               fo--l----c-----dx|        c: a frame says that the servers are closed
 * retireWhenClosed()   fo--l----(cg)--dx|        g: leaving; asked at c
 * emit                 ---------c--------        c: closed
 * ```
 *
 * With `retires` false it only emits. Use true if workers are ready by listening: one that does not listen serves no requests.
 */
export const retireWhenClosed =
  (retires: boolean, emit: (draft: ClosedDraft) => void, slotRef: SlotRef): MonoTypeOperatorFunction<ProcessEvent> =>
  (source$) => {
    const reported$ = source$.pipe(reportClosed(emit, slotRef));
    return retires ? reported$.pipe(retireOn(whyItLeaves)) : reported$;
  };

const reportClosed =
  (emit: (draft: ClosedDraft) => void, slotRef: SlotRef): MonoTypeOperatorFunction<ProcessEvent> =>
  (source$) =>
    new Observable((subscriber) => {
      let worker: WorkerRef = { id: 0, ...slotRef };
      const follow = (event: ProcessEvent) => {
        if (event.type === 'fork') worker = workerRef(event.process, slotRef);
        if (isClosed(event)) emit({ type: 'closed', worker });
        subscriber.next(event);
      };
      return source$.subscribe(relay(subscriber, follow));
    });

const isClosed = (event: ProcessEvent): boolean => event.type === 'frame' && event.feature === name;

const whyItLeaves = (event: ProcessEvent): string | undefined =>
  isClosed(event) ? 'it has closed its servers' : undefined;
