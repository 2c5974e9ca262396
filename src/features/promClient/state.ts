import { NEVER, type Observable, Subject } from 'rxjs';
import type { ClusterState } from '../../state/clusterState.js';
import { name } from './frames.js';
import type { ApplicationMetrics } from './metrics.js';

/** The answers of the workers. They are no events: they are large, and nobody decides by them. */
export interface PromClientState {
  readonly answers$: Subject<ApplicationMetrics>;
}

export const promClientState = () => {
  const state: PromClientState = { answers$: new Subject() };
  return { state, fold: () => false };
};

/** The answers of the workers of a cluster. */
export const answersOf = ({ slices }: Pick<ClusterState, 'slices'>): Observable<ApplicationMetrics> => {
  // Each feature types its own slice.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const state = slices.get(name) as PromClientState | undefined;
  return state?.answers$ ?? NEVER;
};
