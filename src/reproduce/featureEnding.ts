import type { ClusterEvent } from '../index.js';
import type { WorkerBehaviour } from '../testing.js';

/** What a feature adds to the end of a process. */
export interface FeatureEnding {
  /** By the events of the process. */
  readonly endingOf: (events: readonly ClusterEvent[]) => WorkerBehaviour;
  /** Which of it are times that count from a request to leave, in ms. */
  readonly spans: readonly (keyof WorkerBehaviour)[];
}
