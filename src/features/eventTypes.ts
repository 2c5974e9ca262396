import { coreEvents } from '../vocabulary/coreEvents.js';
import { featureLetters } from './fold.js';

/** The types of all events. */
export const eventTypes: readonly string[] = [...Object.keys(coreEvents), ...Object.keys(featureLetters)];
