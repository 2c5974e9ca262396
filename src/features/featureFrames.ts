import { type MonoTypeOperatorFunction, Observable, Subject } from 'rxjs';
import { type Process, type ProcessEvent, type SlotRef, workerRef } from '../host/host.js';
import { relay } from '../operators/general/relay.js';
import type { WorkerRef } from '../vocabulary/events.js';
import type { EpicContext, FeatureFrame } from './contract/feature.js';

type Exchange = Pick<EpicContext<object, never, unknown>, 'frames$' | 'tell'>;

/** How the epics of features talk to their parts in the workers of one cluster. */
export interface FeatureFrames {
  /** Follows a process: knows it from its fork to its exit, and passes on everything. */
  readonly follow: (slotRef: SlotRef) => MonoTypeOperatorFunction<ProcessEvent>;
  /** What one feature says and hears. */
  readonly of: (feature: string) => Exchange;
}

export const featureFrames = (): FeatureFrames => {
  const processes = new Map<number, Process>();
  const said = new Map<string, Subject<FeatureFrame>>();

  const follow: FeatureFrames['follow'] = (slotRef) => (process$) =>
    new Observable((subscriber) => {
      let worker: WorkerRef = { id: 0, ...slotRef };
      subscriber.add(() => processes.delete(worker.id));
      const hear = (event: ProcessEvent) => {
        if (event.type === 'fork') {
          worker = workerRef(event.process, slotRef);
          processes.set(worker.id, event.process);
        } else if (event.type === 'frame') said.get(event.feature)?.next({ worker, body: event.body });
        subscriber.next(event);
      };
      return process$.subscribe(relay(subscriber, hear));
    });

  const of: FeatureFrames['of'] = (feature) => {
    const frames$ = new Subject<FeatureFrame>();
    said.set(feature, frames$);
    return { frames$, tell: ({ id }, body) => processes.get(id)?.tell(feature, body) };
  };

  return { follow, of };
};
