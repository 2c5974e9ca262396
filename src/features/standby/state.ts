import type { CoreEvent, Stamped } from '../../vocabulary/events.js';
import type { StandbyDraft } from './events.js';

/** How far the cluster can know which code serves. */
export interface StandbyState {
  /** A restart has begun and has not replaced a worker yet: it is not known yet whether the code on disk becomes ready. */
  readonly restartUndecided: boolean;
  /** How many restarts have replaced a worker. What was forked when there were fewer may run older code. */
  readonly epoch: number;
}

export const standbyState = () => {
  const state = { restartUndecided: false, epoch: 0 };
  const fold = (event: CoreEvent | Stamped<StandbyDraft>): boolean => {
    switch (event.type) {
      case 'restart-begin':
        state.restartUndecided = true;
        return true;
      case 'replace-end':
        if (state.restartUndecided) state.epoch += 1;
        state.restartUndecided = false;
        return true;
      case 'restart-end':
      case 'restart-abort':
        state.restartUndecided = false;
        return true;
      default:
        return false;
    }
  };
  return { state, fold };
};
