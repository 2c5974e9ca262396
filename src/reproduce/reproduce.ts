import type { ClusterEvent } from '../index.js';
import type { Config } from '../testing.js';
import { type Decisions, decisionsOf } from './decisionsOf.js';
import { livesOf } from './livesOf.js';
import { replayedConfig } from './replayedConfig.js';
import type { RecordedScript } from './script.js';
import { selectRun } from './selectRun.js';

/** A recorded run, ready to be simulated. Plain data, if the options are. */
export interface Reproduction {
  /** The name of the cluster. */
  readonly cluster: string;
  /** The options for the simulation. */
  readonly config: Config;
  readonly script: RecordedScript;
  /** What the master decided. */
  readonly decisions: Decisions;
  /** The recorded events, their `time` in ms from the start of the simulation. */
  readonly events: readonly ClusterEvent[];
  /** What the recording does not tell, and what is assumed instead: sentences. */
  readonly assumptions: readonly string[];
}

/**
 * Makes a simulation of recorded events: how the workers lived, what came from outside, and what the master decided. `config` has the options that the cluster ran with; `cluster` names it, where there are several.
 *
 * Throws `ConfigError` for events that are not those of one cluster.
 *
 * @example
 * const { config, script, decisions } = reproduce(events, { worker: 2 });
 * assert.deepEqual(replayedDecisions(config, script), decisions);
 */
export const reproduce = (recorded: readonly ClusterEvent[], given: Config, cluster?: string): Reproduction => {
  const run = selectRun(recorded, cluster);
  const { script, size, events, assumptions } = livesOf(
    run,
    typeof given.worker === 'number' ? given.worker : undefined,
    given.recycle,
  );
  const { config, assumptions: ofConfig } = replayedConfig(given, events, size);
  const { script: kept, assumptions: ofMessages } = decidesByMessages(config)
    ? { script, assumptions: [] }
    : withoutMessages(script);
  return {
    cluster: run.cluster,
    config,
    script: kept,
    decisions: decisionsOf(events),
    events,
    assumptions: [...assumptions, ...ofConfig, ...ofMessages],
  };
};

/** Functions of the user see the messages of the workers. */
const decidesByMessages = ({ ready, respawn }: Config): boolean =>
  typeof ready === 'function' || typeof respawn === 'function';

const withoutMessages = (script: RecordedScript): Pick<Reproduction, 'script' | 'assumptions'> => ({
  script: { ...script, lives: script.lives.map(({ says, ...life }) => life) },
  assumptions: script.lives.some(({ says }) => says !== undefined)
    ? ['Messages of workers are left out: with these options nothing decides by them.']
    : [],
});
