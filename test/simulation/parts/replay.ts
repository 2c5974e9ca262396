import type { ClusterEvent } from '../../../src/features/index.js';
import { allEvents$, type RunningCluster, runningClusters$ } from '../../../src/registry/runningClusters.js';
import { clusterState } from '../../../src/state/clusterState.js';
import type { CoreEvent } from '../../../src/vocabulary/events.js';
import { type Crew, walk } from '../crew.js';
import type { History } from '../run.js';

/** What is told of a cluster that runs in this process, step by step. */
export interface Replay {
  /** Events of this process that are none of the cluster: reports of what subscribers threw. */
  readonly reports: readonly unknown[];
  /** The events, each after it has been told, with the workers that there are then. */
  readonly steps: Iterable<readonly [ClusterEvent, Crew]>;
}

/** Tells the hot streams of this process a history, as if the cluster ran here; until the steps have been taken. Messages are told in batches of one. */
export const replay = <R>(history: History, use: (replay: Replay) => R): R => {
  const { name, worker } = history.policy;
  const { state, fold } = clusterState(worker);
  const reports: unknown[] = [];
  // The streams read no more of it.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const running = { name, state, submit: (report: unknown) => reports.push(report) } as unknown as RunningCluster;
  const steps = function* () {
    for (const [event, crew] of walk(history)) {
      // Features have more events, which the state of the core ignores.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      fold(event as CoreEvent);
      const { type, time, seq, cluster } = event;
      if (event.type === 'message') {
        const batch = {
          type: 'messages',
          time,
          seq,
          cluster,
          worker: event.worker,
          messages: [event.message],
          json: true,
        };
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        allEvents$.next(batch as never);
      } else allEvents$.next(event);
      if (type !== 'end') yield [event, crew] as const;
    }
  };
  runningClusters$.next([running]);
  try {
    return use({ reports, steps: steps() });
  } finally {
    runningClusters$.next([]);
  }
};
