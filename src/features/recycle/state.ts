import type { CoreEvent, Stamped } from '../../vocabulary/events.js';
import type { RecycleDraft, RecycleReason } from './events.js';

/** A worker that is to be replaced. */
interface Waiting {
  /** The number of its `recycle` event. */
  readonly seq: number;
  readonly slot: number;
  readonly why: RecycleReason;
}

/** Who waits for a replacement, and which slots reach their limits too soon. */
export interface RecycleState {
  /** By the id of the worker, until it has exited or a restart has failed to replace it. */
  readonly waiting: ReadonlyMap<number, Waiting>;
  /** By slot: how many of its workers in a row reached a limit within a minute. */
  readonly early: ReadonlyMap<number, number>;
  /** How many rounds of `at` in a row a restart has failed in. */
  readonly failedRounds: number;
}

export const requestOf = (seq: number): string => `recycle#${seq}`;

export const recycleState = (): {
  readonly state: RecycleState;
  readonly fold: (event: CoreEvent | Stamped<RecycleDraft>) => boolean;
} => {
  const waiting = new Map<number, Waiting>();
  const early = new Map<number, number>();
  const state = { waiting, early, failedRounds: 0 };

  const fold = (event: CoreEvent | Stamped<RecycleDraft>): boolean => {
    switch (event.type) {
      case 'recycle': {
        const { worker, seq, why } = event;
        waiting.set(worker.id, { seq, slot: worker.slot, why });
        if (event.early !== undefined) early.set(worker.slot, event.early);
        else if (why !== 'at') early.delete(worker.slot);
        return true;
      }
      case 'restart-abort': {
        // The same would happen to the others of the same round.
        const round = [...waiting.values()].some(
          ({ seq, why }) => why === 'at' && event.requests.includes(requestOf(seq)),
        );
        if (round) state.failedRounds += 1;
        for (const [id, { slot, why }] of waiting)
          if (event.result.kept.includes(slot) || (round && why === 'at')) waiting.delete(id);
        return true;
      }
      case 'restart-end':
        if (event.result.replaced.length > 0) state.failedRounds = 0;
        return true;
      case 'exit':
        return waiting.delete(event.worker.id);
      case 'scale':
        for (const slot of early.keys()) if (slot > event.to) early.delete(slot);
        return true;
      default:
        return false;
    }
  };
  return { state, fold };
};
