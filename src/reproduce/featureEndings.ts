import type { FeatureEnding } from './featureEnding.js';
import { leader } from './leader/ending.js';

/** What features add to the end of a process. The only file here that names them. */
export const featureEndings: readonly FeatureEnding[] = [leader];
