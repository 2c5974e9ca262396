import type { CoreEvent, Stamped, WorkerRef } from '../../vocabulary/events.js';
import type { LeaderDraft } from './events.js';

/** The leader, and the workers that were the leader before. */
export interface LeaderState {
  /** The leader, from `leader-begin` to `leader-end`. */
  readonly leader: WorkerRef | undefined;
  /** The ids of workers whose term has ended, until they exit. They get no second term. */
  readonly retired: ReadonlySet<number>;
}

export const leaderState = () => {
  const retired = new Set<number>();
  const state: { leader: WorkerRef | undefined; readonly retired: ReadonlySet<number> } = {
    leader: undefined,
    retired,
  };
  const fold = (event: CoreEvent | Stamped<LeaderDraft>): boolean => {
    switch (event.type) {
      case 'leader-begin':
        state.leader = event.worker;
        return true;
      case 'leader-end':
        if (state.leader?.id === event.worker.id) state.leader = undefined;
        retired.add(event.worker.id);
        return true;
      case 'exit':
        return retired.delete(event.worker.id);
      default:
        return false;
    }
  };
  return { state, fold };
};
