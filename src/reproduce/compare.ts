import { pictureText } from '../drawing.js';
import type { ClusterEvent } from '../index.js';
import type { Config } from '../testing.js';
import { decisionsOf } from './decisionsOf.js';
import { differencesOf } from './differencesOf.js';
import { type Outcome, outcomeOf } from './outcomeOf.js';
import { pictureOfRun } from './pictureOfRun.js';
import { replayedConfig } from './replayedConfig.js';
import { replayedEvents } from './replay.js';
import type { Reproduction } from './reproduce.js';

/** What happened, or would have happened. */
export interface Compared extends Outcome {
  /** Their `time` is in ms from the start of the simulation. */
  readonly events: readonly ClusterEvent[];
  /** A picture of them, in the form of the files in `marbles/`. */
  readonly diagram: string;
}

/** A recorded run beside simulations of the same lives. */
export interface Comparison {
  readonly recorded: Compared;
  /** With the options that the cluster ran with. What differs from `recorded` is the error of the simulation. */
  readonly control: Compared;
  /** With the other options. */
  readonly changed: Compared;
  /** How many ms a column of the diagrams is. */
  readonly column: number;
  /** Where the control decides differently from the recorded master: sentences. */
  readonly differences: readonly string[];
  /** What is assumed: sentences. */
  readonly assumptions: readonly string[];
}

/**
 * What other options would have done with the lives of a recorded run: the recorded run, a simulation with its own options as a control, and one with the others.
 * `other` has all options, not only those that change. Without `worker`, or with an Observable, there are as many workers as were recorded. `columns`: of the diagrams, at most. Default: 100.
 *
 * Throws what `simulate` throws.
 *
 * @example
 * const { recorded, changed } = compare(reproduceRecording('web.jsonl'), { backoff: { initial: 1_000 } });
 * console.log(recorded.forks, changed.forks);
 */
export const compare = (reproduction: Reproduction, other: Config, columns?: number): Comparison => {
  const { config, script, events, decisions } = reproduction;
  const size = typeof config.worker === 'number' ? config.worker : 1;
  const changedConfig = replayedConfig(other, events, size);
  const { begin } = script;
  const end = events.at(-1)?.time ?? begin;
  const pictureOf = (drawn: readonly ClusterEvent[]) =>
    pictureOfRun({ events: drawn, inputs: script.inputs, begin, end }, columns);
  const draw = (drawn: readonly ClusterEvent[]) => pictureText(pictureOf(drawn));
  const simulated = (options: Config): Compared => {
    const all = replayedEvents(options, script);
    const slots = typeof options.worker === 'number' ? options.worker : size;
    const outcome = outcomeOf(all, { begin, end, size: slots, readyBefore: [] });
    const seen = all.filter(({ time }) => time >= begin);
    return { ...outcome, events: seen, diagram: draw(seen) };
  };
  const readyBefore = begin === 0 ? [] : Array.from({ length: size }, (_, index) => index + 1);
  const control = simulated(config);
  return {
    recorded: { ...outcomeOf(events, { begin, end, size, readyBefore }), events, diagram: draw(events) },
    control,
    changed: simulated(changedConfig.config),
    column: pictureOf([]).column,
    differences: differencesOf(decisions, decisionsOf(control.events)),
    assumptions: [...new Set([...reproduction.assumptions, ...changedConfig.assumptions])],
  };
};
