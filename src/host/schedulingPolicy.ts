import cluster from 'node:cluster';
import { ConfigError } from '../vocabulary/errors.js';

/** How connections come to the workers. */
export type SchedulingPolicy = 'round-robin' | 'none' | 'reusePort';

/**
 * Sets the policy of node:cluster, which is that of the whole process and fixed by the first fork. Throws `ConfigError` if it is fixed and another one.
 * With `reusePort` workers do not ask node:cluster, so any policy fits.
 */
export const setSchedulingPolicy = (wanted: SchedulingPolicy | undefined): void => {
  if (wanted === undefined || wanted === 'reusePort') return;
  const policy = wanted === 'none' ? cluster.SCHED_NONE : cluster.SCHED_RR;
  // Before the first fork or `setupPrimary` there are no settings.
  if (Object.keys(cluster.settings).length === 0) cluster.schedulingPolicy = policy;
  else if (cluster.schedulingPolicy !== policy) {
    const other = wanted === 'none' ? 'round-robin' : 'none';
    throw new ConfigError(
      'schedulingPolicy',
      `expected '${other}', which node:cluster uses in this process since the first fork, got '${wanted}'`,
      'All clusters of a process have the same policy. Set it on the first one, or run this cluster in a process of its own',
    );
  }
};
