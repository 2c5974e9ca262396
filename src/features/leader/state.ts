import type { CoreEvent, Stamped, WorkerRef } from '../../vocabulary/events.js';
import type { LeaderDraft } from './events.js';

/** The leader, and the workers that were the leader before. */
export interface LeaderState {
  /** The leader, from `leader-begin` to `leader-end`. */
  readonly leader: WorkerRef | undefined;
  /** The fencing token of its term, if it leads a fleet. */
  readonly token: number | undefined;
  /** The ids of workers whose term has ended, until they exit. They get no second term. One that has led a fleet may: its term can end with its time. */
  readonly retired: ReadonlySet<number>;
}

export const leaderState = () => {
  const retired = new Set<number>();
  const state: { leader: WorkerRef | undefined; token: number | undefined; readonly retired: ReadonlySet<number> } = {
    leader: undefined,
    token: undefined,
    retired,
  };
  const fold = (event: CoreEvent | Stamped<LeaderDraft>): boolean => {
    switch (event.type) {
      case 'leader-begin':
        state.leader = event.worker;
        state.token = event.token;
        return true;
      case 'leader-end':
        if (state.leader?.id === event.worker.id) state.leader = undefined;
        if (event.token === undefined) retired.add(event.worker.id);
        return true;
      case 'exit':
        return retired.delete(event.worker.id);
      default:
        return false;
    }
  };
  return { state, fold };
};
