import { randomUUID } from 'node:crypto';
import { defer, distinctUntilChanged, filter, map, mergeMap, type Observable } from 'rxjs';
import { runningConfigs } from '../../config.js';
import { events$, grantLeadership, is, type Slot, withdrawLeadership, workers$ } from '../../index.js';
import { leaseTerms$ } from '../lease/lease.js';
import { entryLifetimeMs } from '../store/lifetimes.js';
import type { FleetStore } from '../store/store.js';
import { leadFleet, type LeadingCluster } from './leadFleet.js';

const now = (): number => performance.now();

/**
 * Lets the clusters of this process with `leader: 'fleet'` lead the fleet: one worker of all hosts, for each name of a cluster.
 *
 * Emits nothing and never completes: who leads, the events `leader-begin` and `leader-end` of the clusters tell. Errors with what the store refuses.
 */
export const fleetLeaders = (store: FleetStore, host: string): Observable<never> =>
  defer(() => {
    const holder = `${host} ${randomUUID()}`;
    const known = new Set<string>();
    const news$ = workers$.pipe(
      mergeMap((slots) => Array.from(readyClusters(slots)).filter((name) => !known.has(name))),
    );
    return news$.pipe(
      mergeMap((name) => {
        known.add(name);
        return leadFleet(
          leadingCluster(name),
          (released) => leaseTerms$(store, `leader.${name}`, holder, entryLifetimeMs.leases, { now, released }),
          now,
        );
      }),
    );
  });

/** The clusters with the option that have a worker which could lead. */
const readyClusters = (slots: readonly Slot[]): ReadonlySet<string> => {
  const configs = runningConfigs();
  const ready = slots.filter(
    ({ cluster, workers }) =>
      configs[cluster]?.['leader'] === 'fleet' && workers.some((worker) => worker.ready && !worker.leaving),
  );
  return new Set(ready.map(({ cluster }) => cluster));
};

const leadingCluster = (name: string): LeadingCluster => ({
  ready$: workers$.pipe(
    map((slots) => readyClusters(slots).has(name)),
    distinctUntilChanged(),
  ),
  terms$: events$.pipe(
    filter(is('leader-begin', 'leader-end')),
    filter(({ cluster, token }) => cluster === name && token !== undefined),
    map(({ type, token = 0 }) => ({ token, leads: type === 'leader-begin' })),
  ),
  // What fails is an `error` event of the master.
  grant: (token, validFor) => {
    if (validFor > 0) grantLeadership(name, { token, validFor }).catch(() => undefined);
  },
  withdraw: () => {
    withdrawLeadership(name).catch(() => undefined);
  },
});
