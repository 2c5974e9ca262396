import { EMPTY, type MonoTypeOperatorFunction, Observable, Subscription } from 'rxjs';
import { type Process, type ProcessEvent, type SlotRef, workerRef } from '../../host/host.js';
import { relay } from '../../operators/general/relay.js';
import type { WorkerRef } from '../../vocabulary/events.js';
import type { LeaderDraft } from './events.js';
import { isResigned, name } from './frames.js';

interface TermEvent {
  readonly worker: { readonly id: number };
  readonly token?: number;
}

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
 * A process has at most one term, because whatever ends it is final. In a fleet it may have several, each with a token of its own: `fleetTerms$` tells the process of them, and ends those whose time is over (`end$`).
 */
export const withLeadership =
  (
    begin$: Observable<TermEvent>,
    emit: (draft: LeaderDraft) => void,
    slotRef: SlotRef,
    end$: Observable<TermEvent> = EMPTY,
  ): MonoTypeOperatorFunction<ProcessEvent> =>
  (process$) =>
    new Observable((subscriber) => {
      const subscriptions = new Subscription();
      subscriber.add(subscriptions);
      let worker: WorkerRef = { id: 0, ...slotRef };
      let term: Pick<TermEvent, 'token'> | undefined;
      let reachable = true;

      const endTerm = (why: string) => {
        if (term === undefined) return;
        const { token } = term;
        term = undefined;
        emit({ type: 'leader-end', worker, why, ...(token !== undefined && { token }) });
      };
      const beginTerm = (process: Process, { token }: TermEvent) => {
        term = { ...(token !== undefined && { token }) };
        if (!reachable) endTerm('it had begun to leave');
        else if (token === undefined) process.tell(name, { leads: true });
      };
      const withResignation = (process: Process): Process => ({
        ...process,
        disconnect: () => {
          reachable = false;
          if (term !== undefined) process.tell(name, { leads: false });
          process.disconnect();
        },
      });

      const follow = (event: ProcessEvent) => {
        switch (event.type) {
          case 'fork': {
            const { process } = event;
            worker = workerRef(process, slotRef);
            subscriptions.add(begin$.subscribe((event) => event.worker.id === worker.id && beginTerm(process, event)));
            subscriptions.add(end$.subscribe((event) => event.worker.id === worker.id && (term = undefined)));
            subscriber.next({ ...event, process: withResignation(process) });
            return;
          }
          case 'frame':
            if (event.feature !== name) break;
            if (isResigned(event.body) && event.body.token === term?.token)
              endTerm(event.body.expired === true ? 'its term was not renewed' : 'it leaves');
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
