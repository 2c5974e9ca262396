import type { ClusterState } from '../../state/clusterState.js';
import type { CoreEvent, Stamped } from '../../vocabulary/events.js';
import type { StatsDraft, StatsEvent } from './events.js';

export const name = 'workerStats';

/** The last sample of each worker that is sampled now. */
export interface StatsState {
  readonly last: ReadonlyMap<number, StatsEvent>;
  /** A worker, by its id, is sampled from now on. */
  readonly begin: (id: number) => void;
  /** It is not any more: what was so before a pause is not so after it. */
  readonly end: (id: number) => void;
}

export const statsState = () => {
  const sampled = new Set<number>();
  const last = new Map<number, StatsEvent>();
  const state: StatsState = {
    last,
    begin: (id) => sampled.add(id),
    end: (id) => {
      sampled.delete(id);
      last.delete(id);
    },
  };
  const fold = (event: CoreEvent | Stamped<StatsDraft>): boolean => {
    // Not a change of the state that others wait for: nobody decides by it, and it is frequent.
    if (event.type === 'stats' && sampled.has(event.worker.id)) last.set(event.worker.id, event);
    return false;
  };
  return { state, fold };
};

/** The last samples that a cluster keeps. */
export const lastSamples = ({ slices }: Pick<ClusterState, 'slices'>): readonly StatsEvent[] => {
  // Each feature types its own slice.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const state = slices.get(name) as StatsState | undefined;
  return [...(state?.last.values() ?? [])];
};
