import { coreEventTypes } from '../vocabulary/eventTypes.js';
import { featureLetters } from './fold.js';

/** The types of all events. */
export const eventTypes: readonly string[] = [...coreEventTypes, ...Object.keys(featureLetters)];
