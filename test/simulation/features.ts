import type { Completed } from '../../src/features/contract/feature.js';
import * as fc from 'fast-check';
import { completeFeatureOptions } from '../../src/features/fold.js';
import type { ClusterEvent, FeatureOptions } from '../../src/features/index.js';
import type { WorkerBehaviour } from '../../src/testing/simulatedHost.js';
import { health } from '../features/health/simulation.js';
import { leader } from '../features/leader/simulation.js';
import { pause } from '../features/pause/simulation.js';
import { recycle } from '../features/recycle/simulation.js';
import { standby } from '../features/standby/simulation.js';
import { workerStats } from '../features/workerStats/simulation.js';
import type { FeatureAct, FeatureSimulation, Invariant } from './feature.js';

/** What the features add to the simulation. */
const listed: readonly FeatureSimulation[] = [health, leader, pause, recycle, standby, workerStats];

/** The options of features that only attach a part on top, of which the simulation has none. */
const defaults = completeFeatureOptions({});

// Each feature types its own options.
/* oxlint-disable typescript/no-unsafe-type-assertion */
export const featureRules = fc
  .record(Object.assign({}, ...listed.map(({ options }) => options)) as Record<string, fc.Arbitrary<unknown>>)
  .map((varied): Completed<FeatureOptions> => Object.assign({}, defaults, varied));
export const fixedFeatureRules = {
  ...defaults,
  ...Object.assign({}, ...listed.map(({ fixed }) => fixed)),
} as Completed<FeatureOptions>;
export const featureTriggers = listed.flatMap(({ triggers }) => triggers) as readonly ClusterEvent['type'][];
/* oxlint-enable typescript/no-unsafe-type-assertion */

/** What may be asked of the features, by a name that begins with theirs. */
export const featureActs: Readonly<Record<string, FeatureAct>> = Object.assign({}, ...listed.map(({ acts }) => acts));

/** How workers vary for the features. */
export const featureBehaviour: fc.Arbitrary<WorkerBehaviour> = fc
  .tuple(...listed.flatMap(({ behaviour }) => behaviour ?? []))
  .map((parts): WorkerBehaviour => Object.assign({}, ...parts));

export const featureInvariants: Readonly<Record<string, Invariant>> = Object.assign(
  {},
  ...listed.map(({ invariants }) => invariants),
);
