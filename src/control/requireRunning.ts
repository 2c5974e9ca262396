import type { ClusterStatus } from '../status.js';
import { RequestProblem } from './requestProblem.js';

/** Throws `RequestProblem` where there is no cluster. */
export const requireRunning = (clusters: readonly ClusterStatus[]): readonly ClusterStatus[] => {
  if (clusters.length === 0) throw new RequestProblem('not-found', 'expected a running cluster, there is none');
  return clusters;
};
