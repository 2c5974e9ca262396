import type { Completed } from '../../src/features/contract/feature.js';
import * as fc from 'fast-check';
import type { ClusterEvent, FeatureOptions } from '../../src/features/index.js';
import { leader } from '../features/leader/simulation.js';
import { recycle } from '../features/recycle/simulation.js';
import { standby } from '../features/standby/simulation.js';
import type { FeatureSimulation, Invariant } from './feature.js';

/** What the features add to the simulation. */
const listed: readonly FeatureSimulation[] = [leader, recycle, standby];

// Each feature types its own options.
/* oxlint-disable typescript/no-unsafe-type-assertion */
export const featureRules = fc.record(Object.assign({}, ...listed.map(({ options }) => options))) as fc.Arbitrary<
  Completed<FeatureOptions>
>;
export const fixedFeatureRules = Object.assign({}, ...listed.map(({ fixed }) => fixed)) as Completed<FeatureOptions>;
export const featureTriggers = listed.flatMap(({ triggers }) => triggers) as readonly ClusterEvent['type'][];
/* oxlint-enable typescript/no-unsafe-type-assertion */

export const featureInvariants: Readonly<Record<string, Invariant>> = Object.assign(
  {},
  ...listed.map(({ invariants }) => invariants),
);
