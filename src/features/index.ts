import type { CoreEvent, Stamped } from '../vocabulary/events.js';
import type { Feature } from './contract/feature.js';
import { control } from './control/index.js';
import { health } from './health/index.js';
import { leader } from './leader/index.js';
import { metrics } from './metrics/index.js';
import { pause } from './pause/index.js';
import { promClient } from './promClient/index.js';
import { recycle } from './recycle/index.js';
import { retireWhenClosed } from './retireWhenClosed/index.js';
import { standby } from './standby/index.js';
import { systemd } from './systemd/index.js';
import { webPage } from './webPage/index.js';
import { workerStats } from './workerStats/index.js';

/** The features of the master, in the order in which they are applied to each process. `preload.ts` lists those with a part in the workers. */
export const features = [
  retireWhenClosed,
  leader,
  health,
  pause,
  recycle,
  standby,
  workerStats,
  promClient,
  control,
  metrics,
  systemd,
  webPage,
] as const;

type TypesOf<F> =
  F extends Feature<string, infer O, infer D, infer S>
    ? { readonly options: O; readonly draft: D; readonly slice: S }
    : never;
type ListedTypes = TypesOf<(typeof features)[number]>;
type IntersectionOf<U> = (U extends unknown ? (each: U) => void : never) extends (all: infer I) => void ? I : never;

/** The options that features add. */
export type FeatureOptions = object & IntersectionOf<ListedTypes['options']>;
/** The events that features add, before they have been stamped. */
type FeatureDraft = ListedTypes['draft'];

/** An event of a cluster. Narrow it by `type`. */
export type ClusterEvent = CoreEvent | Stamped<FeatureDraft>;
