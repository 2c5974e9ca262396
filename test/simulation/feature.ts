import type { Completed } from '../../src/features/contract/feature.js';
import type * as fc from 'fast-check';
import type { History } from './run.js';

/** Returns what is wrong with a history, in words; `undefined` if nothing is. */
export type Invariant = (history: History) => string | undefined;

/** What a feature adds to the simulation: how its options vary, what must hold, and events that trigger commands. */
export interface FeatureSimulation<O extends object = object> {
  readonly options: { readonly [K in keyof O]-?: fc.Arbitrary<Exclude<O[K], undefined>> };
  /** Its options in schedules without random values. */
  readonly fixed: Completed<O>;
  readonly invariants: Readonly<Record<string, Invariant>>;
  readonly triggers: readonly string[];
}
