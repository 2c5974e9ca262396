import type { FeatureOptions } from '../features/index.js';
import type { Observable } from 'rxjs';
import type { SignalAction, WorkerDraft } from '../vocabulary/events.js';
import type { SizeDecision } from '../vocabulary/sizeDecision.js';
import type { CatchableSignal } from '../vocabulary/signals.js';
import type { SlotRef } from '../host/host.js';
import type { SchedulingPolicy } from '../host/schedulingPolicy.js';
import type { LogSetting } from '../log/logSetting.js';
import type { BackoffOptions } from '../operators/respawn/backoffDelay.js';
import type { RespawnPolicy } from '../operators/respawn/policy.js';
import type { Ready } from '../operators/lifecycle/ready.js';

/** A value, or a function that is called for it at each fork. */
export type ValueOrFunction<T> = T | (() => T);

/** Variables of the environment of a process. `undefined` removes one. */
export type EnvironmentVariables = Readonly<Record<string, string | number | undefined>>;

/**
 * Whether a worker that left on its own is replaced. In OTP's words: `permanent` always; `transient` after an abnormal exit (another code than 0, or a signal; also if the worker had disconnected before);
 * `temporary` never, and a supervisor does not restart the cluster either. Or a policy for the whole cluster, `policy(permanent(), …)` of `proteus-cluster/policy`.
 * Or an operator on the events of each worker, such as `retry({ delay: 1000 })`: it does not take `maxForkCount` and the other slots into account, and if it unsubscribes before the worker's exit (`take`, `timeout`) the worker is killed.
 */
export type Respawn =
  | 'permanent'
  | 'transient'
  | 'temporary'
  // Without the call signature, because with it the types of `retry({ … })` could not be inferred.
  | Pick<RespawnPolicy, 'kind'>
  | ((life$: Observable<WorkerDraft>) => Observable<WorkerDraft>);

/** How a worker drains after it was asked to leave. Times in ms; `grace` and `cut` count from the request. */
export interface DrainOptions {
  /**
   * How long idle keep-alive connections are kept open, so that a request that is already on its way is not lost. Default: the longest `keepAliveTimeout` of the worker's servers
   * and 1000, at least 6000, which it is with Node's default.
   */
  readonly grace?: number | undefined;
  /** When the connections that are still open are closed. Default: `disconnectTimeout` minus 1000, or half of it if it is less than 2000. */
  readonly cut?: number | undefined;
  /**
   * When all connections are closed, the application's own SIGTERM handlers run. A worker that something still keeps running, such as a forgotten timer or a pool,
   * exits after twice this time. Default: 1000.
   */
  readonly linger?: number | undefined;
  /** Whether WebSocket connections are closed with code 1012 (service restart). Default: true. */
  readonly webSockets?: boolean | undefined;
}

/** The options of a cluster. All are optional, and `undefined` is the default. Times are in ms; `Infinity` means never. */
export interface Config extends FeatureOptions {
  /**
   * How many workers: a number from 1 to 10000, or an Observable of such numbers that the cluster follows, such as `stats$.pipe(autoscale({ max: 8 }))`. It may emit `{ to, why }` instead of
   * a number. Default, and the size until the Observable emits: the number of cores that the process may use, limited by the CPU quota of the cgroup.
   */
  readonly worker?: number | Observable<number | SizeDecision> | undefined;
  /** The cluster's name, in every `WorkerRef`. Default: the basename of `exec`. */
  readonly name?: string | undefined;
  /** The file to which the master writes its pid; `false` for none. Default: `/tmp/proteus-cluster.pid`, as in 2012. A folder of your own is safer. */
  readonly pid?: string | URL | false | undefined;
  /** The file that the workers run: a path, or a `file:` URL such as `new URL('../worker.js', import.meta.url)`. Default: the one this process was started with. */
  readonly exec?: ValueOrFunction<string | URL> | undefined;
  /** Arguments of the workers: strings or numbers. Default: those of this process. */
  readonly args?: ValueOrFunction<readonly (string | number)[]> | undefined;
  /**
   * Node's own arguments for the workers. Default: those of this process, without those that keep a worker from running its file (such as `--eval`, `--print`, `--watch` and `--test`).
   * With `--inspect` each slot has its own inspector port: the given one (default: 9229) plus the number of the slot.
   */
  readonly execArgv?: ValueOrFunction<readonly (string | number)[]> | undefined;
  /**
   * Variables that are added to the environment of this process: strings or numbers; `undefined` removes a variable. A function is called at each fork with the slot that the process is for;
   * `slot` is 0 for a process that boots before it is known which slot it is for.
   */
  readonly env?: EnvironmentVariables | ((forked: SlotRef) => EnvironmentVariables) | undefined;
  /**
   * The current folder of the workers. Default: that of this process, by the path that it had at the start. A symbolic link in `$PWD` stays a link, so the next fork uses the release to which the
   * link points then. A missing folder is a `ConfigError` at the start, and an `error` event at a later fork.
   */
  readonly cwd?: ValueOrFunction<string | URL> | undefined;
  /** The user id of the workers, as in `cluster.setupPrimary`. Default: that of this process. */
  readonly uid?: number | undefined;
  /** The group id of the workers. Default: that of this process. */
  readonly gid?: number | undefined;
  /** How messages between processes are serialized: `json`, or `advanced` for the structured clone algorithm. Default: `json`. */
  readonly serialization?: 'json' | 'advanced' | undefined;
  /** The time until SIGKILL for a worker that was asked to leave, has begun to leave by itself, or has closed its channel. Default: 120000. */
  readonly disconnectTimeout?: number | undefined;
  /** How a worker drains after it was asked to leave. */
  readonly drain?: DrainOptions | undefined;
  /**
   * Whether a small file of this package is loaded into each worker before the application. Default: true. Without it workers do not drain but disconnect, as in node:cluster;
   * servers that listen with `exclusive` or `reusePort` are not noticed; signals to the process group end the workers; and a crash has no `cause`.
   */
  readonly preload?: boolean | undefined;
  /**
   * Whether the workers share a compile cache of V8, so that they boot faster. It is in a private temporary folder, which is removed with the cluster. Needs Node 22.8 or later.
   * Where `NODE_COMPILE_CACHE` is set, workers use that folder. Default: true.
   */
  readonly compileCache?: boolean | undefined;
  /**
   * How connections come to the workers. `round-robin`: the master accepts them and gives each to the next worker. `none`: the workers accept them from one shared socket. `reusePort`: each worker
   * has a socket of its own, and the kernel chooses (Linux, Node 22.12 or later). All clusters of a process have the same one of the first two. Default: that of node:cluster, which is `round-robin`
   * unless NODE_CLUSTER_SCHED_POLICY says otherwise.
   */
  readonly schedulingPolicy?: SchedulingPolicy | undefined;
  /** How many workers may end before `minUptime`, in all slots together, before the cluster gives up or respawns more slowly. Default: 100. */
  readonly maxForkCount?: number | undefined;
  /**
   * How often a slot may fail to start before the cluster gives up. Counts only until a worker of the cluster has been available (ready for `minReadyTime`).
   * `Infinity` for no limit. Default: 5, or `Infinity` where `maxForkCount` is given, which then counts from the first fork.
   */
  readonly maxStartAttempts?: number | undefined;
  /** A worker that has run for this time is stable: the early exits of its slot no longer count. Default: 60000. */
  readonly minUptime?: number | undefined;
  /** The delay before a respawn. Default: initial 100, factor 2, max 10000, jitter 0.2. */
  readonly backoff?: BackoffOptions | undefined;
  /** Default: `permanent`. */
  readonly respawn?: Respawn | undefined;
  /** When a worker is ready. Default: `auto`. */
  readonly ready?: Ready | undefined;
  /** How long a replacement may take to become ready. Default: 60000. */
  readonly readyTimeout?: number | undefined;
  /** How long a replacement must stay ready before the old worker is retired. Default: 1000. */
  readonly minReadyTime?: number | undefined;
  /** How many extra workers a restart may run: a number, or a share of `worker`, rounded up. With `0` the old worker is retired first. Default: `25%`. */
  readonly maxSurge?: number | `${number}%` | undefined;
  /** How many workers may boot at the same time. Default: `Infinity`. */
  readonly maxBooting?: number | undefined;
  /**
   * What signals to the master do. Entries are added to the default: SIGUSR2 `restart`, SIGINT and SIGTERM `shutdown`, SIGQUIT `force`,
   * SIGHUP `reopen` (on a terminal: `shutdown`), SIGTTIN `scale-up` and SIGTTOU `scale-down` (on a terminal: not handled). With `false` the master does not handle the signal.
   */
  readonly signals?: Readonly<Partial<Record<CatchableSignal, SignalAction | false | undefined>>> | undefined;
  /**
   * A shutdown begins when this Observable has emitted or completed, for a cluster that others need until they have ended. A forced shutdown does not wait, and neither does a cluster that has given up. An error of the Observable is an `error` event, and the shutdown begins.
   * It is subscribed when a shutdown is asked for. Default: a shutdown begins at once.
   */
  readonly shutdownAfter?: Observable<unknown> | undefined;
  /**
   * Where the log goes: the master's decisions and every line that workers write. Options of a pino logger, with `file` and `rotate` or a transport; a pino logger; or `false`:
   * then the master writes nothing, and workers write to its stdout and stderr. Default: level `info` to stdout; readable text on a terminal, otherwise JSON.
   */
  readonly log?: LogSetting | undefined;
}
