import type { Feature } from '../contract/feature.js';
import { collect$ } from './collect.js';
import { name } from './frames.js';
import { type PromClientState, promClientState } from './state.js';

/** Collects the metrics that the application in the workers has registered with prom-client. */
export const promClient: Feature<'promClient', object, never, PromClientState> = {
  name,
  options: {},
  slice: promClientState,
  epic: collect$,
  letters: {},
  sentences: {},
};
