import type { Completed } from '../../src/features/contract/feature.js';
import type * as fc from 'fast-check';
import type { WorkerBehaviour } from '../../src/testing/simulatedHost.js';
import type { ClusterCommand } from '../../src/vocabulary/events.js';
import type { History } from './run.js';

/** Returns what is wrong with a history, in words; `undefined` if nothing is. */
export type Invariant = (history: History) => string | undefined;

/** What is asked of a feature, and its letter in diagrams. */
export interface FeatureAct {
  readonly letter: string;
  readonly command: ClusterCommand;
}

/** What a feature adds to the simulation: how its options and workers vary, what must hold, what is asked of it, and events that trigger commands. */
export interface FeatureSimulation<O extends object = object> {
  readonly options: { readonly [K in keyof O]-?: fc.Arbitrary<Exclude<O[K], undefined>> };
  /** Its options in schedules without random values. */
  readonly fixed: Completed<O>;
  readonly invariants: Readonly<Record<string, Invariant>>;
  readonly triggers: readonly string[];
  /** By name, for which chance picks one as often as any other. */
  readonly acts?: Readonly<Record<string, FeatureAct>>;
  readonly behaviour?: fc.Arbitrary<WorkerBehaviour>;
}
