import type { ClusterEvent } from '../index.js';
import { type Config, simulate } from '../testing.js';
import { type Decisions, decisionsOf } from './decisionsOf.js';
import type { RecordedScript } from './script.js';
import { scriptOf } from './scriptOf.js';

/** The events of a simulation of the recorded lives, also those before the recording begins. */
export const replayedEvents = (config: Config, script: RecordedScript): readonly ClusterEvent[] =>
  simulate(config, scriptOf(script)).events;

/**
 * The decisions of the master in a simulation of the recorded lives, from the time at which the recording begins.
 *
 * Throws what `simulate` throws.
 *
 * @example
 * assert.deepEqual(replayedDecisions(config, script), decisions);
 */
export const replayedDecisions = (config: Config, script: RecordedScript): Decisions =>
  decisionsOf(replayedEvents(config, script).filter(({ time }) => time >= script.begin));
