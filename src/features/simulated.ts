import type { SimulatedPart } from './contract/simulatedPart.js';
import { health } from './health/simulated.js';
import { leader } from './leader/simulated.js';
import { pause } from './pause/simulated.js';
import { retireWhenClosed } from './retireWhenClosed/simulated.js';

const listed = [health, leader, pause, retireWhenClosed] as const;

type IntersectionOf<U> = (U extends unknown ? (each: U) => void : never) extends (all: infer I) => void ? I : never;
type BehaviourOf<P> = P extends SimulatedPart<infer B> ? B : never;

/** What features add to the behaviour of a simulated worker. */
export type FeatureBehaviour = object & IntersectionOf<BehaviourOf<(typeof listed)[number]>>;

/** The parts of features that run in simulated workers. */
export const simulatedParts: readonly SimulatedPart<FeatureBehaviour>[] = listed;
