import { defer, EMPTY, finalize, type MonoTypeOperatorFunction, Observable, Subscription, switchMap } from 'rxjs';
import { type Process, type ProcessEvent, type SlotRef, workerRef } from '../../host/host.js';
import { relay } from '../../operators/general/relay.js';
import type { ProcessSample } from '../../vocabulary/stats.js';
import type { WorkerRef } from '../../vocabulary/events.js';
import type { StatsDraft } from './events.js';
import type { StatsState } from './state.js';

/**
 * Emits each sample of a process while they are wanted, from its fork to its exit.
 *
 * ```
 * wanted$                 t--------f--------
 * source                  fo--l-----------x|
 * sample$                  ---1---2
 * withSamples(wanted$)    fo--l-----------x|
 * emit                    ----1---2---------
 * ```
 */
export const withSamples =
  (
    wanted$: Observable<boolean>,
    { begin, end }: Pick<StatsState, 'begin' | 'end'>,
    emit: (draft: StatsDraft) => void,
    slotRef: SlotRef,
  ): MonoTypeOperatorFunction<ProcessEvent> =>
  (process$) =>
    new Observable((subscriber) => {
      const sampling = new Subscription();
      subscriber.add(sampling);
      const sample = (process: Process) => {
        const worker = workerRef(process, slotRef);
        const sampled$ = defer(() => {
          begin(worker.id);
          return process.sample$;
        }).pipe(finalize(() => end(worker.id)));
        const samples$ = wanted$.pipe(switchMap((wanted) => (wanted ? sampled$ : EMPTY)));
        sampling.add(samples$.subscribe((taken) => emit(draftOf(worker, taken))));
      };
      const follow = (event: ProcessEvent) => {
        if (event.type === 'exit') sampling.unsubscribe();
        subscriber.next(event);
        if (event.type === 'fork') sample(event.process);
      };
      return process$.subscribe(relay(subscriber, follow));
    });

const draftOf = (worker: WorkerRef, { uptime, usage, report, age }: ProcessSample): StatsDraft => ({
  type: 'stats',
  worker,
  uptime,
  ...(usage !== undefined && { usage }),
  ...(report !== undefined && { report }),
  ...(age !== undefined && { age }),
});
