import type { FeatureOptions } from '../features/index.js';
import type { Observable } from 'rxjs';
import type { SignalAction, WorkerDraft } from '../vocabulary/events.js';
import type { CatchableSignal } from '../vocabulary/signals.js';
import type { LogSetting } from '../log/logSetting.js';
import type { BackoffOptions } from '../operators/respawn/backoffDelay.js';
import type { RespawnPolicy } from '../operators/respawn/policy.js';
import type { Ready } from '../operators/lifecycle/ready.js';

/** A value, or a function that is called for it at each fork. */
export type ValueOrFunction<T> = T | (() => T);

/**
 * How a worker that left on its own is replaced: in OTP's words, `permanent` always, `transient` after an abnormal exit (another code than 0, or a signal; also of a worker that had disconnected before),
 * `temporary` never, neither the worker by its cluster nor the cluster by a supervisor. Or by a policy for the whole cluster, `policy(permanent(), …)` of `proteus-cluster/policy`.
 * Or by an operator on the life of each worker, such as `retry({ delay: 1000 })`, which knows neither `maxForkCount` nor the other slots; one that unsubscribes from a life before its end (`take`, `timeout`) has the process killed.
 */
export type Respawn =
  | 'permanent'
  | 'transient'
  | 'temporary'
  // Without its call signature, which would confuse the types of `retry({ … })`.
  | Pick<RespawnPolicy, 'kind'>
  | ((life$: Observable<WorkerDraft>) => Observable<WorkerDraft>);

/** How a worker leaves. Times in ms, from being asked. */
export interface Draining {
  /**
   * How long idle keep-alive connections are kept, so that no request that is on its way to one is lost. Default: 1000 longer than the longest `keepAliveTimeout`
   * of the worker's servers, which is 6000 where nobody has changed it.
   */
  readonly grace?: number | undefined;
  /** When all connections that are still open are closed. Default: 1000 before `disconnectTimeout`, or half of that if it is shorter than 2000. */
  readonly cut?: number | undefined;
  /**
   * Once all is closed, the application's own SIGTERM handlers run. A worker that has served and is held by something all the same (a timer that was forgotten, a pool)
   * exits after twice this time. Default: 1000.
   */
  readonly linger?: number | undefined;
  /** Whether WebSocket clients are told, with close code 1012 (service restart). Default: true. */
  readonly webSockets?: boolean | undefined;
}

/** The options of a cluster, every one of them optional. Times are in ms; `Infinity` is never. */
export interface Config extends FeatureOptions {
  /**
   * How many workers: a number, or an observable that the cluster follows. Default, and the size until an observable has emitted: the cores the process may use,
   * capped by the cgroup's CPU quota.
   */
  readonly worker?: number | Observable<number> | undefined;
  /** The cluster's name, in every `WorkerRef`. Default: the basename of `exec`. */
  readonly name?: string | undefined;
  /** Where the master writes its pid; `false` for nowhere. Default: `/tmp/proteus-cluster.pid`, as in 2012; a folder of your own is better. */
  readonly pid?: string | URL | false | undefined;
  /** The file the workers run: a path, or a `file:` URL such as `new URL('../worker.js', import.meta.url)`. Default: the one this process was started with. */
  readonly exec?: ValueOrFunction<string | URL> | undefined;
  /** Arguments of the workers, texts or numbers. Default: those of this process. */
  readonly args?: ValueOrFunction<readonly (string | number)[]> | undefined;
  /**
   * Node's own arguments for the workers. Default: those of this process, without what would keep a worker from running its file (`--eval`, `--print`, `--watch`, `--test` and their like). With `--inspect` and its like a slot has a port that it keeps:
   * the one given (default 9229) and the slot's number.
   */
  readonly execArgv?: ValueOrFunction<readonly (string | number)[]> | undefined;
  /** Added to the environment of this process: texts or numbers; `undefined` removes a variable. */
  readonly env?: ValueOrFunction<Readonly<Record<string, string | number | undefined>>> | undefined;
  /**
   * The workers' folder. Default: the current one, by the name that it had at the start (`$PWD` while that names it, so a link stays a link): a release that takes over
   * that name is entered by the next fork, as its `exec` is run. One that is missing is a `ConfigError` at the start, and an `error` event at a fork.
   */
  readonly cwd?: ValueOrFunction<string | URL> | undefined;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  /** How messages are serialised. Default: `json`. */
  readonly serialization?: 'json' | 'advanced' | undefined;
  /** From being asked to leave until SIGKILL. Default: 120000. */
  readonly disconnectTimeout?: number | undefined;
  /** How a worker that was asked to leave drains. */
  readonly drain?: Draining | undefined;
  /**
   * Whether a small file of ours is loaded into each worker before the application. Without it nothing drains (a worker that is asked to leave disconnects, as
   * node:cluster has it), one that listens with `exclusive` or `reusePort` is not heard of, signals to the whole group reach the workers unsoftened, and a crash has no cause. Default: true.
   */
  readonly preload?: boolean | undefined;
  /**
   * Whether the workers share what V8 has compiled of their modules, so that a restart boots faster: in a private temporary folder that goes with the cluster. On Node 22.8 and later.
   * Where `NODE_COMPILE_CACHE` is set, that is what they use. Default: true.
   */
  readonly compileCache?: boolean | undefined;
  /** How often workers may end before `minUptime`, together, until the cluster gives up or slows down. Default: 100. */
  readonly maxForkCount?: number | undefined;
  /**
   * How often each slot may fail to start until the cluster gives up, as long as no worker of the cluster has been available (ready for `minReadyTime`).
   * `Infinity` for no such limit. Default: 5, or `Infinity` where `maxForkCount` is given, which then applies from the first fork.
   */
  readonly maxStartAttempts?: number | undefined;
  /** How long a worker must live to pay back what its slot has spent of `maxForkCount`. Default: 60000. */
  readonly minUptime?: number | undefined;
  /** The wait before a respawn. Default: initial 100, factor 2, max 10000, jitter 0.2. */
  readonly backoff?: BackoffOptions | undefined;
  /** Default: `permanent`. */
  readonly respawn?: Respawn | undefined;
  /** What makes a worker ready. Default: `auto`. */
  readonly ready?: Ready | undefined;
  /** How long a replacement may take to become ready. Default: 60000. */
  readonly readyTimeout?: number | undefined;
  /** How long it must stay ready before the old worker is retired. Default: 1000. */
  readonly minReadyTime?: number | undefined;
  /** Extra processes during a restart: a number, or a share of `worker`, rounded up; `0` retires the old worker first. Default: `25%`. */
  readonly maxSurge?: number | `${number}%` | undefined;
  /** How many workers may boot at the same time. Default: any number. */
  readonly maxBooting?: number | undefined;
  /**
   * What signals do, added to the default: SIGUSR2 `restart`, SIGINT and SIGTERM `shutdown`, SIGQUIT `force`,
   * SIGHUP `reopen` (on a terminal `shutdown`), SIGTTIN `scale-up` and SIGTTOU `scale-down` (on a terminal nothing). `false` leaves a signal alone.
   */
  readonly signals?: Readonly<Partial<Record<CatchableSignal, SignalAction | false | undefined>>> | undefined;
  /**
   * Where the master's decisions go, and every line that the workers write: options of a pino logger, `{ file, rotate }` among them or a transport; a pino logger; or `false`:
   * the master writes nothing, and workers write to its stdout and stderr themselves. Default: info to stdout, for humans on a terminal, JSON elsewhere.
   */
  readonly log?: LogSetting | undefined;
}
