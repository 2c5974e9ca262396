import type { CoreEvent, Stamped } from '../vocabulary/events.js';
import type { Feature } from './contract/feature.js';
import { leader } from './leader/index.js';
import { retireWhenClosed } from './retireWhenClosed/index.js';

/** The features of the master, in the order in which they are applied to each process. `preload.ts` has those with a part in the workers. */
export const features = [retireWhenClosed, leader] as const;

type TypesOf<F> =
  F extends Feature<string, infer O, infer D, infer S>
    ? { readonly options: O; readonly draft: D; readonly slice: S }
    : never;
type Listed = TypesOf<(typeof features)[number]>;
type Together<U> = (U extends unknown ? (each: U) => void : never) extends (all: infer I) => void ? I : never;

/** The options that features add. */
export type FeatureOptions = object & Together<Listed['options']>;
/** The events that features add, before they have been stamped. */
type FeatureDraft = Listed['draft'];

/** One thing that happened in a cluster. Narrow it by `type`. */
export type ClusterEvent = CoreEvent | Stamped<FeatureDraft>;
