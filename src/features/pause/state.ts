import type { CoreEvent, Stamped, WorkerRef } from '../../vocabulary/events.js';
import type { PauseDraft } from './events.js';

export interface PauseState {
  /** The workers that are paused, by id: from `pause` to `resume`. */
  readonly paused: ReadonlyMap<number, WorkerRef>;
}

export const pauseState = () => {
  const paused = new Map<number, WorkerRef>();
  const state: PauseState = { paused };
  const fold = (event: CoreEvent | Stamped<PauseDraft>): boolean => {
    if (event.type === 'pause') paused.set(event.worker.id, event.worker);
    else if (event.type === 'resume') return paused.delete(event.worker.id);
    else return false;
    return true;
  };
  return { state, fold };
};
