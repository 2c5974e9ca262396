import { type ClusterEvent, is, type SignalAction } from '../index.js';
import type { Config } from '../testing.js';

/** Options that only concern real processes. */
const ofProcesses = [
  'pid',
  'exec',
  'args',
  'execArgv',
  'env',
  'cwd',
  'uid',
  'gid',
  'serialization',
  'compileCache',
  'schedulingPolicy',
  'log',
  'control',
  'metrics',
  'probes',
  'systemd',
  'stats',
  'shutdownAfter',
] as const;

/** The options for the simulation of a recorded run, and what they assume. */
export interface ReplayedConfig {
  readonly config: Config;
  readonly assumptions: readonly string[];
}

/**
 * The options of a cluster as a simulation of its recorded run needs them: as many slots as it had at the start, the recorded actions of its signals, and nothing that depends on the time of day
 * or concerns real processes alone.
 */
export const replayedConfig = (config: Config, events: readonly ClusterEvent[], size: number): ReplayedConfig => {
  const { worker, recycle, signals, ...rest } = config;
  const { at, timezone, ...limits } = recycle ?? {};
  const kept = Object.fromEntries(
    Object.entries(rest).filter(
      ([name, value]) => value !== undefined && !ofProcesses.some((ofProcess) => ofProcess === name),
    ),
  );
  const actions = { ...recordedActions(events), ...signals };
  return {
    config: {
      worker: typeof worker === 'number' ? worker : size,
      ...kept,
      ...(Object.keys(limits).length > 0 && { recycle: limits }),
      ...(Object.keys(actions).length > 0 && { signals: actions }),
    },
    assumptions: [
      ...(worker !== undefined && typeof worker !== 'number'
        ? ['`worker` is an Observable: the sizes that it emitted are played as inputs.']
        : []),
      ...(at === undefined
        ? []
        : ['`recycle.at` depends on the time of day: the restarts that it asked for are played as inputs.']),
    ],
  };
};

/** What each signal did when it first came. A second Ctrl-C forces without an option. */
const recordedActions = (events: readonly ClusterEvent[]): Readonly<Record<string, SignalAction>> =>
  Object.fromEntries(
    events
      .filter(is('signal'))
      .toReversed()
      .map(({ signal, action }) => [signal, action]),
  );
