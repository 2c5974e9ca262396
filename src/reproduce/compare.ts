import type { ClusterEvent } from '../index.js';
import type { Config } from '../testing.js';
import { decisionsOf } from './decisionsOf.js';
import { differencesOf } from './differencesOf.js';
import { type Outcome, outcomeOf, type Period } from './outcomeOf.js';
import { replayedConfig } from './replayedConfig.js';
import { replayedEvents } from './replay.js';
import type { Reproduction } from './reproduce.js';

/** What happened, or would have happened. */
export interface Compared extends Outcome {
  /** In ms from the start of the simulation. */
  readonly events: readonly ClusterEvent[];
}

/** A recorded run beside simulations of the same lives. */
export interface Comparison {
  readonly recorded: Compared;
  /** With the options that the cluster ran with. What differs from `recorded` is the error of the simulation. */
  readonly control: Compared;
  /** With the other options. */
  readonly changed: Compared;
  /** Where the control decides differently from the recorded master: sentences. */
  readonly differences: readonly string[];
  /** What is assumed: sentences. */
  readonly assumptions: readonly string[];
}

/**
 * What other options would have done with the lives of a recorded run: the recorded run, a simulation with its own options as a control, and one with the others.
 * `other` has all options, not only those that change. Without `worker`, or with an Observable, there are as many workers as were recorded.
 *
 * Throws what `simulate` throws.
 *
 * @example
 * const { recorded, changed } = compare(reproduceRecording('web.jsonl'), { backoff: { initial: 1_000 } });
 * console.log(recorded.forks, changed.forks);
 */
export const compare = (reproduction: Reproduction, other: Config): Comparison => {
  const { config, script, events, decisions } = reproduction;
  const size = typeof config.worker === 'number' ? config.worker : 1;
  const changedConfig = replayedConfig(other, events, size);
  const { begin } = script;
  const end = events.at(-1)?.time ?? begin;
  const simulated = (options: Config): Compared => {
    const all = replayedEvents(options, script);
    const slots = typeof options.worker === 'number' ? options.worker : size;
    return {
      ...outcomeOf(all, { begin, end, size: slots, readyBefore: [] }),
      events: all.filter(({ time }) => time >= begin),
    };
  };
  const readyBefore = begin === 0 ? [] : Array.from({ length: size }, (_, index) => index + 1);
  const period: Period = { begin, end, size, readyBefore };
  const control = simulated(config);
  return {
    recorded: { ...outcomeOf(events, period), events },
    control,
    changed: simulated(changedConfig.config),
    differences: differencesOf(decisions, decisionsOf(control.events)),
    assumptions: [...reproduction.assumptions, ...changedConfig.assumptions],
  };
};
