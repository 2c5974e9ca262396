import type { CoreEvent, Stamped } from '../../vocabulary/events.js';
import type { StandbyDraft } from './events.js';

/** How far the cluster can know which code serves. */
export interface StandbyState {
  /** A restart has begun and has not replaced a worker yet: it is not known yet whether the code on disk becomes ready. */
  readonly trial: boolean;
  /** How many restarts have replaced a worker. What was forked when there were fewer may run older code. */
  readonly epoch: number;
}

export const standbyState = () => {
  const state = { trial: false, epoch: 0 };
  const fold = (event: CoreEvent | Stamped<StandbyDraft>): boolean => {
    switch (event.type) {
      case 'restart-begin':
        state.trial = true;
        return true;
      case 'replace-end':
        if (state.trial) state.epoch += 1;
        state.trial = false;
        return true;
      case 'restart-end':
      case 'restart-abort':
        state.trial = false;
        return true;
      default:
        return false;
    }
  };
  return { state, fold };
};
