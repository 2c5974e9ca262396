import type { CoreEvent, Stamped, WorkerRef } from '../../vocabulary/events.js';
import type { HangReason, HealthDraft } from './events.js';

interface Hung {
  readonly worker: WorkerRef;
  readonly why: HangReason;
  /** It has got SIGABRT. */
  readonly aborted: boolean;
}

export interface HealthState {
  /** The workers of slots that hang, by id: from `hung` until `recovered` or `exit`. */
  readonly hung: ReadonlyMap<number, Hung>;
}

export const healthState = () => {
  const hung = new Map<number, Hung>();
  const fold = (event: CoreEvent | Stamped<HealthDraft>): boolean => {
    switch (event.type) {
      case 'hung':
        // One that is in no slot yet is killed at once, and its exit is no event.
        if (event.worker.slot === 0) return false;
        hung.set(event.worker.id, { worker: event.worker, why: event.why, aborted: false });
        return true;
      case 'kill': {
        const hangs = hung.get(event.worker.id);
        if (hangs === undefined || event.signal !== 'SIGABRT') return false;
        hung.set(event.worker.id, { ...hangs, aborted: true });
        return true;
      }
      case 'recovered':
        return event.from === 'hung' && hung.delete(event.worker.id);
      case 'exit':
        return hung.delete(event.worker.id);
      default:
        return false;
    }
  };
  return { state: { hung }, fold };
};
