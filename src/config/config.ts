import { basename, extname, resolve } from 'node:path';
import { from, isObservable, map, NEVER, type Observable } from 'rxjs';
import { ConfigError } from '../vocabulary/errors.js';
import type { SignalAction, WorkerDraft } from '../vocabulary/events.js';
import { inspectPort } from '../host/inspectPort.js';
import { inheritable } from '../host/execArgv.js';
import type { Launch } from '../host/launch.js';
import { place } from '../host/place.js';
import { pathOf } from '../host/path.js';
import type { Environment } from '../host/environment.js';
import type { LogSetting } from '../log/logSetting.js';
import type { Backoff } from '../operators/respawn/backoff.js';
import type { Ready } from '../operators/lifecycle/ready.js';
import type { Drain } from '../vocabulary/protocol.js';
import { validateEmitted, validateReturned, validate } from './validate.js';

/** A value, or a function that is called for it at each fork. */
export type ValueOrFunction<T> = T | (() => T);

/**
 * How a worker that left on its own is replaced: in OTP's words, `permanent` always, `transient` after an abnormal exit (another code than 0, or a signal; also of a worker that had disconnected before),
 * `temporary` never, neither the worker by its cluster nor the cluster by a supervisor; or by an operator on the life of a worker, such as `retry({ delay: 1000 })`. An operator that unsubscribes from a life
 * before its end (`take`, `timeout`) has the process killed.
 */
export type Respawn =
  | 'permanent'
  | 'transient'
  | 'temporary'
  | ((life$: Observable<WorkerDraft>) => Observable<WorkerDraft>);

/** How a worker leaves. Times in ms, from being asked. */
export interface Draining {
  /**
   * How long idle keep-alive connections are kept, so that no request that is on its way to one is lost. Default: 1000 longer than the longest `keepAliveTimeout`
   * of the worker's servers, which is 6000 where nobody has changed it.
   */
  readonly grace?: number;
  /** When all connections that are still open are closed. Default: 1000 before `disconnectTimeout`, or half of that if it is shorter than 2000. */
  readonly cut?: number;
  /**
   * Once all is closed, the application's own SIGTERM handlers run. A worker that has served and is held by something all the same (a timer that was forgotten, a pool)
   * exits after twice this time. Default: 1000.
   */
  readonly linger?: number;
  /** Whether WebSocket clients are told, with close code 1012 (service restart). Default: true. */
  readonly webSockets?: boolean;
}

/** The options of a cluster, every one of them optional. Times are in ms; `Infinity` is never. */
export interface Config {
  /**
   * How many workers: a number, or an observable that the cluster follows. Default, and the size until an observable has emitted: the cores the process may use,
   * capped by the cgroup's CPU quota.
   */
  readonly worker?: number | Observable<number>;
  /** The cluster's name, in every `WorkerRef`. Default: the basename of `exec`. */
  readonly name?: string;
  /** Where the master writes its pid; `false` for nowhere. Default: `/tmp/proteus-cluster.pid`, as in 2012; a folder of your own is better. */
  readonly pid?: string | URL | false;
  /** The file the workers run: a path, or a `file:` URL such as `new URL('../worker.js', import.meta.url)`. Default: the one this process was started with. */
  readonly exec?: ValueOrFunction<string | URL>;
  /** Arguments of the workers, texts or numbers. Default: those of this process. */
  readonly args?: ValueOrFunction<readonly (string | number)[]>;
  /**
   * Node's own arguments for the workers. Default: those of this process, without what would keep a worker from running its file (`--eval`, `--print`, `--watch`, `--test` and their like). With `--inspect` and its like a slot has a port that it keeps:
   * the one given (default 9229) and the slot's number.
   */
  readonly execArgv?: ValueOrFunction<readonly (string | number)[]>;
  /** Added to the environment of this process: texts or numbers; `undefined` removes a variable. */
  readonly env?: ValueOrFunction<Readonly<Record<string, string | number | undefined>>>;
  /**
   * The workers' folder. Default: the current one, by the name that it had at the start (`$PWD` while that names it, so a link stays a link): a release that takes over
   * that name is entered by the next fork, as its `exec` is run. One that is missing is a `ConfigError` at the start, and an `error` event at a fork.
   */
  readonly cwd?: ValueOrFunction<string | URL>;
  readonly uid?: number;
  readonly gid?: number;
  /** How messages are serialised. Default: `json`. */
  readonly serialization?: 'json' | 'advanced';
  /** From being asked to leave until SIGKILL. Default: 120000. */
  readonly disconnectTimeout?: number;
  /** How a worker that was asked to leave drains. */
  readonly drain?: Draining;
  /**
   * Whether a small file of ours is loaded into each worker before the application. Without it nothing drains (a worker that is asked to leave disconnects, as
   * node:cluster has it), one that listens with `exclusive` or `reusePort` is not heard of, signals to the whole group reach the workers unsoftened, and a crash has no cause. Default: true.
   */
  readonly preload?: boolean;
  /**
   * Whether the workers share what V8 has compiled of their modules, so that a restart boots faster: in a private temporary folder that goes with the cluster. On Node 22.8 and later.
   * Where `NODE_COMPILE_CACHE` is set, that is what they use. Default: true.
   */
  readonly compileCache?: boolean;
  /** How often workers may end before `minUptime`, together, until the cluster gives up or slows down. Default: 100. */
  readonly maxForkCount?: number;
  /**
   * How often each slot may fail to start until the cluster gives up, as long as no worker of the cluster has been available (ready for `minReadyTime`).
   * `Infinity` for no such limit. Default: 5, or `Infinity` where `maxForkCount` is given, which then applies from the first fork.
   */
  readonly maxStartAttempts?: number;
  /** How long a worker must live to pay back what its slot has spent of `maxForkCount`. Default: 60000. */
  readonly minUptime?: number;
  /** The wait before a respawn. Default: initial 100, factor 2, max 10000, jitter 0.2. */
  readonly backoff?: Partial<Backoff>;
  /** Default: `permanent`. */
  readonly respawn?: Respawn;
  /** What makes a worker ready. Default: `auto`. */
  readonly ready?: Ready;
  /** How long a replacement may take to become ready. Default: 60000. */
  readonly readyTimeout?: number;
  /** How long it must stay ready before the old worker is retired. Default: 1000. */
  readonly minReadyTime?: number;
  /** Extra processes during a restart: a number, or a share of `worker`, rounded up; `0` retires the old worker first. Default: `25%`. */
  readonly maxSurge?: number | `${number}%`;
  /** How many workers may boot at the same time. Default: any number. */
  readonly maxBooting?: number;
  /** Whether one worker at a time is told that it is the leader (`leader$` of `proteus-cluster/worker`). Default: false. */
  readonly leader?: boolean;
  /**
   * What signals do, added to the default: SIGUSR2 `restart`, SIGINT and SIGTERM `shutdown`, SIGQUIT `force`,
   * SIGHUP `reopen` (on a terminal `shutdown`), SIGTTIN `scale-up` and SIGTTOU `scale-down` (on a terminal nothing). `false` leaves a signal alone.
   */
  readonly signals?: Readonly<Record<string, SignalAction | false>>;
  /**
   * Where the master's decisions go, and every line that the workers write: options of a pino logger, `{ file, rotate }` among them or a transport; a pino logger; or `false`:
   * the master writes nothing, and workers write to its stdout and stderr themselves. Default: info to stdout, for humans on a terminal, JSON elsewhere.
   */
  readonly log?: LogSetting;
}

/** What the streams go by. Times in ms. */
export interface Policy {
  readonly name: string;
  /** How many slots there are at first. */
  readonly worker: number;
  /** How many there are to be then; an error for what is no number of slots. */
  readonly sizes$: Observable<number | Error>;
  readonly disconnectTimeout: number;
  /** When a worker that leaves closes the connections that are still open, from being asked. */
  readonly cut: number;
  readonly maxForkCount: number;
  /** What `maxForkCount` is until a worker has been available: `Infinity` where it is a default and `maxStartAttempts` counts instead. */
  readonly maxForkCountAtStart: number;
  readonly maxStartAttempts: number;
  readonly minUptime: number;
  readonly backoff: Backoff;
  readonly respawn: Respawn;
  readonly ready: Ready;
  readonly readyTimeout: number;
  readonly minReadyTime: number;
  readonly maxSurge: number | `${number}%`;
  readonly maxBooting: number;
  readonly leader: boolean;
  /** Whether somebody may watch on a terminal. */
  readonly terminal: boolean;
  readonly signals: Readonly<Record<string, SignalAction | false>>;
}

/** A configuration that has been checked and completed. */
export interface Settings {
  readonly policy: Policy;
  readonly launch: Launch;
  readonly pid: string | false;
  readonly log: LogSetting;
}

const patience = { disconnectTimeout: 120_000, readyTimeout: 60_000, minReadyTime: 1_000, minUptime: 60_000 };
const pace: Backoff = { initial: 100, factor: 2, max: 10_000, jitter: 0.2 };

/** Checks a configuration and completes it with the defaults. Throws `ConfigError` for the first option that is wrong. */
export const configure = (config: Config, around: Environment): Settings => {
  validate(config, around);
  const { pid = '/tmp/proteus-cluster.pid', log = {} } = config;
  const signals = signalsOf(config, around);
  const launch = launchOf(config, around, signals);
  const policy = policyOf(config, around, launch, signals);
  // Of a function it is known at each fork.
  if (typeof config.execArgv !== 'function') inspectPort(launch.execArgv(), policy.worker);
  return { pid: pid === false ? pid : pathOf(pid), log: placed(log, launch.base), launch, policy };
};

/** A relative path starts where others do. */
const placed = (log: LogSetting, base: string): LogSetting =>
  log !== false && 'file' in log ? { ...log, file: resolve(base, pathOf(log.file)) } : log;

const policyOf = (
  config: Config,
  { parallelism, terminal }: Environment,
  { exec }: Launch,
  signals: Policy['signals'],
): Policy => ({
  name: config.name ?? nameOf(exec()),
  ...sizeOf(config.worker ?? parallelism, parallelism),
  maxForkCount: config.maxForkCount ?? 100,
  maxForkCountAtStart: config.maxForkCount ?? Infinity,
  maxStartAttempts: config.maxStartAttempts ?? (config.maxForkCount === undefined ? 5 : Infinity),
  disconnectTimeout: config.disconnectTimeout ?? patience.disconnectTimeout,
  cut: cutOf(config),
  readyTimeout: config.readyTimeout ?? patience.readyTimeout,
  minReadyTime: config.minReadyTime ?? patience.minReadyTime,
  minUptime: config.minUptime ?? patience.minUptime,
  backoff: paceOf(config.backoff),
  respawn: config.respawn ?? 'permanent',
  ready: config.ready ?? 'auto',
  maxSurge: config.maxSurge ?? '25%',
  maxBooting: config.maxBooting ?? Infinity,
  leader: config.leader ?? false,
  terminal,
  signals,
});

const signalsOf = (config: Config, { terminal }: Environment): Policy['signals'] => ({
  SIGUSR2: 'restart',
  SIGINT: 'shutdown',
  SIGTERM: 'shutdown',
  SIGQUIT: 'force',
  SIGHUP: terminal ? 'shutdown' : 'reopen',
  // A terminal sends these to a process in the background that reads or writes.
  SIGTTIN: terminal ? false : 'scale-up',
  SIGTTOU: terminal ? false : 'scale-down',
  ...given(config.signals),
});

const sizeOf = (worker: number | Observable<number>, parallelism: number): Pick<Policy, 'worker' | 'sizes$'> =>
  isObservable(worker)
    ? { worker: parallelism, sizes$: from(worker).pipe(map(validateEmitted)) }
    : { worker, sizes$: NEVER };

const launchOf = (config: Config, around: Environment, signals: Policy['signals']): Launch => ({
  exec: placedAt(around, lazy('exec', config.exec ?? around.main ?? '', pathOf)),
  args: lazy('args', config.args ?? around.args, texts),
  execArgv: lazy('execArgv', config.execArgv ?? inheritable(around.execArgv), texts),
  env: lazy('env', config.env ?? {}, variables),
  cwd: placedAt(around, lazy('cwd', config.cwd ?? around.base, pathOf)),
  uid: config.uid,
  gid: config.gid,
  serialization: config.serialization ?? 'json',
  drain: config.preload === false ? undefined : drainOf(config),
  signals: Object.keys(signals).filter((name) => signals[name] !== false),
  compileCache: config.compileCache ?? true,
  piped: config.log !== false,
  base: around.base,
});

/** At each call: where the folder that it names lies may have changed. */
const placedAt =
  (around: Environment, path: () => string): (() => string) =>
  () =>
    place(around, path());

/** What a timer of the worker can hold, in ms; JSON has no Infinity. */
const longest = 2 ** 31 - 1;

const cutOf = ({ drain, disconnectTimeout = patience.disconnectTimeout }: Config): number =>
  drain?.cut ?? Math.max(disconnectTimeout - 1_000, disconnectTimeout / 2);

const drainOf = ({ drain = {}, disconnectTimeout = patience.disconnectTimeout }: Config): Drain => {
  const cut = cutOf({ drain, disconnectTimeout });
  if (cut > disconnectTimeout) {
    throw new ConfigError(
      'drain.cut',
      `expected no more than disconnectTimeout, which is ${disconnectTimeout}, got ${cut}`,
      'The worker is killed then',
    );
  }
  return {
    ...(drain.grace !== undefined && { grace: Math.min(drain.grace, longest) }),
    cut: Math.min(cut, longest),
    linger: Math.min(drain.linger ?? 1_000, longest),
    webSockets: drain.webSockets ?? true,
  };
};

/** An entry that is undefined is as good as missing, here and in what signals do. */
const paceOf = ({
  initial = pace.initial,
  factor = pace.factor,
  max = pace.max,
  jitter = pace.jitter,
}: Partial<Backoff> = {}): Backoff => ({ initial, factor, max, jitter });

const given = (signals: Config['signals'] = {}): Policy['signals'] =>
  Object.fromEntries(Object.entries(signals).filter(([, action]) => action !== undefined));

const nameOf = (exec: string): string => basename(exec, extname(exec));

const lazy = <T extends string | object | undefined, R>(
  option: string,
  value: ValueOrFunction<T>,
  as: (value: T) => R,
): (() => R) => (isLazy(value) ? () => as(validateReturned(option, value)) : () => as(value));

const texts = (list: readonly (string | number)[]): readonly string[] => list.map(String);

const variables = (
  env: Readonly<Record<string, string | number | undefined>>,
): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value === undefined ? value : String(value)]));

const isLazy = <T>(value: ValueOrFunction<T>): value is () => T => typeof value === 'function';
