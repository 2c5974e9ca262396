import { type MonoTypeOperatorFunction, Observable, Subscription } from 'rxjs';
import { type Process, type ProcessEvent, type SlotRef, workerRef } from '../../host/host.js';
import { relay } from '../../operators/general/relay.js';
import type { WorkerRef } from '../../vocabulary/events.js';
import type { LeaderDraft } from './events.js';
import { isResigned, name } from './frames.js';

/**
 * The term of a process as the leader. It is told when its term begins; the term ends when it has answered that it leads no longer,
 * when its channel has closed, or with its exit, whichever is first. One that is asked to leave is told before that it leads no longer.
 *
 * ```
 * begin$                   ---b-------------
 * source                   fo--------d--x|         d: its channel closes
 * withLeadership(begin$)   fo--------d--x|
 * emit                     ----------n----         n: leader-end, before what ended the term
 * ```
 *
 * A process has one term at most: none of what ends it can be undone.
 */
export const withLeadership =
  (
    begin$: Observable<{ readonly worker: { readonly id: number } }>,
    emit: (draft: LeaderDraft) => void,
    slotRef: SlotRef,
  ): MonoTypeOperatorFunction<ProcessEvent> =>
  (process$) =>
    new Observable((subscriber) => {
      const begins = new Subscription();
      subscriber.add(begins);
      let worker: WorkerRef = { id: 0, ...slotRef };
      let leads = false;
      let reachable = true;

      const end = (why: string) => {
        if (!leads) return;
        leads = false;
        emit({ type: 'leader-end', worker, why });
      };
      const begin = (process: Process) => {
        leads = true;
        if (reachable) process.tell(name, { leads: true });
        else end('it had begun to leave');
      };
      const led = (process: Process): Process => ({
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
            begins.add(begin$.subscribe((term) => term.worker.id === worker.id && begin(process)));
            subscriber.next({ ...event, process: led(process) });
            return;
          }
          case 'frame':
            if (event.feature !== name) break;
            if (isResigned(event.body)) end('it leaves');
            return;
          case 'disconnect':
            reachable = false;
            end('its channel has closed');
            break;
          case 'exit':
            begins.unsubscribe();
            end('its process has ended');
            break;
          default:
        }
        subscriber.next(event);
      };
      return process$.subscribe(relay(subscriber, follow));
    });
