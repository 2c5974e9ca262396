import type { Completed } from '../features/contract/feature.js';
import { completeFeatureOptions } from '../features/fold.js';
import type { FeatureOptions } from '../features/index.js';
import { EMPTY, from, isObservable, map, NEVER, type Observable } from 'rxjs';
import { ConfigError, showValue } from '../vocabulary/errors.js';
import type { SignalAction } from '../vocabulary/events.js';
import type { SizeDecision } from '../vocabulary/sizeDecision.js';
import type { Environment } from '../host/environment.js';
import type { Ready } from '../operators/lifecycle/ready.js';
import { isRecord } from '../validation/isRecord.js';
import { size, text } from '../validation/rule.js';
import { cutOf } from './drain.js';
import { defaults } from './defaults.js';
import type { Config, Respawn } from './options.js';

/** The checked options that the streams and operators read, completed with the defaults. Times in ms. */
export interface ClusterOptions extends Completed<FeatureOptions> {
  readonly name: string;
  /** How many slots there are at first. */
  readonly worker: number;
  /** The sizes that follow, some with a reason; an error where the Observable emitted something that is not a size. */
  readonly sizes$: Observable<number | SizeDecision | Error>;
  readonly disconnectTimeout: number;
  /** When a worker that was asked to leave closes the connections that are still open. */
  readonly cut: number;
  /** As it was given, like `maxStartAttempts` and `backoff`: `defaultPolicy` has their defaults. */
  readonly maxForkCount: Config['maxForkCount'];
  readonly maxStartAttempts: Config['maxStartAttempts'];
  readonly minUptime: number;
  readonly backoff: Config['backoff'];
  readonly respawn: Respawn;
  readonly ready: Ready;
  readonly readyTimeout: number;
  readonly minReadyTime: number;
  readonly maxSurge: number | `${number}%`;
  readonly maxBooting: number;
  /** Whether the preload is loaded into the workers. */
  readonly preload: boolean;
  /** Whether the master runs on a terminal. */
  readonly terminal: boolean;
  readonly signals: Readonly<Record<string, SignalAction | false>>;
  /** Emits or completes when a shutdown that was asked for may begin. */
  readonly shutdownAfter: Observable<unknown>;
}

/** The options of a checked configuration, with their defaults. */
export const clusterOptionsOf = (
  config: Config,
  { parallelism, terminal }: Environment,
  name: string,
  signals: ClusterOptions['signals'],
): ClusterOptions => ({
  name,
  ...sizeOf(config.worker ?? parallelism, parallelism),
  maxForkCount: config.maxForkCount,
  maxStartAttempts: config.maxStartAttempts,
  disconnectTimeout: config.disconnectTimeout ?? defaults.disconnectTimeout,
  cut: cutOf(config),
  readyTimeout: config.readyTimeout ?? defaults.readyTimeout,
  minReadyTime: config.minReadyTime ?? defaults.minReadyTime,
  minUptime: config.minUptime ?? defaults.minUptime,
  backoff: config.backoff,
  respawn: config.respawn ?? 'permanent',
  ready: config.ready ?? 'auto',
  maxSurge: config.maxSurge ?? '25%',
  maxBooting: config.maxBooting ?? Infinity,
  preload: config.preload ?? true,
  ...completeFeatureOptions(config),
  terminal,
  signals,
  shutdownAfter: config.shutdownAfter ?? EMPTY,
});

/** What each signal does. */
export const signalsOf = (config: Config, { terminal }: Environment): ClusterOptions['signals'] => ({
  SIGUSR2: 'restart',
  SIGINT: 'shutdown',
  SIGTERM: 'shutdown',
  SIGQUIT: 'force',
  SIGHUP: terminal ? 'shutdown' : 'reopen',
  // A terminal sends these to a process in the background that reads or writes.
  SIGTTIN: terminal ? false : 'scale-up',
  SIGTTOU: terminal ? false : 'scale-down',
  ...withoutUndefined(config.signals),
});

const withoutUndefined = (signals: Config['signals'] = {}): ClusterOptions['signals'] => {
  const given: Record<string, SignalAction | false> = {};
  for (const [name, action] of Object.entries(signals)) if (action !== undefined) given[name] = action;
  return given;
};

const sizeOf = (
  worker: number | Observable<number | SizeDecision>,
  parallelism: number,
): Pick<ClusterOptions, 'worker' | 'sizes$'> =>
  isObservable(worker)
    ? { worker: parallelism, sizes$: from(worker).pipe(map(checkEmitted)) }
    : { worker, sizes$: NEVER };

const checkEmitted = (value: number | SizeDecision): number | SizeDecision | ConfigError => {
  if (size.accepts(value)) return value;
  if (isRecord(value) && size.accepts(value['to']) && text.accepts(value['why'])) return value;
  const problem = `expected the Observable to emit ${size.expected}, or { to, why }, got ${showValue(value)}`;
  return new ConfigError('worker', problem, 'The number of slots stays as it is');
};
