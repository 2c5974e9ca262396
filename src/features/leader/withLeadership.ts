import { type MonoTypeOperatorFunction, Observable, Subscription } from 'rxjs';
import { type Process, type ProcessEvent, type SlotRef, workerRef } from '../../host/host.js';
import { relay } from '../../operators/general/relay.js';
import type { WorkerRef } from '../../vocabulary/events.js';
import type { LeaderDraft } from './events.js';
import { isResigned, name } from './frames.js';

/**
 * The term of a process as the leader. The process is told when its term begins. The term ends when it has confirmed that it is no longer the leader,
 * when its channel has closed, or with its exit, whichever is first. A process that is asked to leave is told first that it is no longer the leader.
 *
 * ```
 * begin$                   ---b-------------
 * source                   fo--------d--x|         d: its channel closes
 * withLeadership(begin$)   fo--------d--x|
 * emit                     ----------n----         n: leader-end, before what ended the term
 * ```
 *
 * A process has at most one term, because whatever ends it is final.
 */
export const withLeadership =
  (
    begin$: Observable<{ readonly worker: { readonly id: number } }>,
    emit: (draft: LeaderDraft) => void,
    slotRef: SlotRef,
  ): MonoTypeOperatorFunction<ProcessEvent> =>
  (process$) =>
    new Observable((subscriber) => {
      const subscriptions = new Subscription();
      subscriber.add(subscriptions);
      let worker: WorkerRef = { id: 0, ...slotRef };
      let leads = false;
      let reachable = true;

      const endTerm = (why: string) => {
        if (!leads) return;
        leads = false;
        emit({ type: 'leader-end', worker, why });
      };
      const beginTerm = (process: Process) => {
        leads = true;
        if (reachable) process.tell(name, { leads: true });
        else endTerm('it had begun to leave');
      };
      const withResignation = (process: Process): Process => ({
        ...process,
        disconnect: () => {
          reachable = false;
          if (leads) process.tell(name, { leads: false });
          process.disconnect();
        },
      });

      const follow = (event: ProcessEvent) => {
        switch (event.type) {
          case 'fork': {
            const { process } = event;
            worker = workerRef(process, slotRef);
            subscriptions.add(begin$.subscribe((term) => term.worker.id === worker.id && beginTerm(process)));
            subscriber.next({ ...event, process: withResignation(process) });
            return;
          }
          case 'frame':
            if (event.feature !== name) break;
            if (isResigned(event.body)) endTerm('it leaves');
            return;
          case 'disconnect':
            reachable = false;
            endTerm('its channel has closed');
            break;
          case 'exit':
            subscriptions.unsubscribe();
            endTerm('its process has ended');
            break;
          default:
        }
        subscriber.next(event);
      };
      return process$.subscribe(relay(subscriber, follow));
    });
