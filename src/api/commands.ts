import { filter, firstValueFrom, map, merge, type Observable, type Observer } from 'rxjs';
import { addressIn, type CallbackArguments } from './callbackArguments.js';
import { errorData } from '../vocabulary/errorData.js';
import type { ClusterEvent } from '../features/index.js';
import type { HistoryEntry } from '../vocabulary/messageBatch.js';
import type { EventOf, RestartResult, ClusterCommand } from '../vocabulary/events.js';
import { hasType } from '../operators/events/hasType.js';
import { GuardedObservable } from '../operators/general/guardedObservable.js';
import {
  addressedClusters,
  type ClusterAddress,
  type Recipient,
  requireClusters,
  requireSlot,
  requireWorkers,
  type RestartAddress,
} from '../registry/addressing.js';
import { reportRejection } from '../registry/reportRejection.js';
import { shutdownAll$, reportError, type RunningCluster, allEvents$ } from '../registry/runningClusters.js';
import { validateSize } from '../validation/arguments.js';

/** How many restarts have been asked for in this process. */
let requestCount = 0;

/**
 * Replaces every worker by a new one, slot after slot, and retires an old worker only when its replacement is available.
 *
 * Restarts all running clusters, or with `cluster` the one of this name. With `slot` it replaces only the worker of this slot, or fills the slot if it is vacant.
 *
 * Resolves when the restart has ended, with `{ outcome, replaced, kept, cause }`: `replaced` and `kept` are slots; `outcome` is `done`, `aborted` (a replacement failed; the remaining
 * workers are kept) or `cancelled` (a shutdown came first); `cause` is set unless it is `done`. Several clusters restart at the same time; then the outcome is the worst one, and
 * `clusters` has the result of each. `why` is in the event and in the log as the reason. Default: `restart()`. A restart that is asked for during another one follows it, and all that are waiting share one.
 *
 * Rejects with `NotRunningError` where no such cluster or slot exists, and with `ConfigError` for a wrong address. A rejection is also an `error` event, and an unhandled one does not end
 * the process. So `restart` can be passed as a callback: arguments of an emitter, a timer or an Observable are not taken for an address.
 *
 * @example
 * process.on('SIGUSR1', restart);
 * const { outcome, cause } = await restart();
 * if (outcome !== 'done') console.error(cause.why);
 * await restart({ cluster: 'web' });
 * await restart({ slot: 3, why: 'it leaks memory' });
 */
export const restart: RestartFunction = (...given: readonly unknown[]) => reportRejection(restartOf(addressOf(given)));

const restartOf = async (to?: RestartAddress): Promise<RestartResult> => {
  const clusters = requireSlot('restart()', to);
  const why = to?.why ?? 'restart()';
  const onlySlot = to?.slot !== undefined && { slot: to.slot };
  const request = nextRequest('restart()');
  const ends = clusters.map(async (running) => [running.name, await rollOf(running, request, to?.slot)] as const);
  for (const { submit } of clusters) submit({ type: 'restart', request, why, ...onlySlot });
  return combine(await Promise.all(ends));
};

/**
 * Asks every worker to leave, and resolves when the last one has exited.
 *
 * Shuts down all running clusters, or with `cluster` the one of this name. A worker that is still there after `disconnectTimeout` (default: 120000 ms) is killed. Resolves at once where no cluster runs.
 * Rejects with `NotRunningError` for a name that no running cluster has, and with `ConfigError` for a wrong address. It can be passed as a callback, as `restart` can.
 *
 * @example
 * timer(3_600_000).subscribe(shutdown);
 */
export const shutdown: ShutdownFunction = (...given: readonly unknown[]) =>
  reportRejection(stop(false, 'shutdown()', addressOf(given)));

/**
 * Kills every worker with SIGKILL, and resolves when the last one has exited. In all other respects it is as `shutdown`.
 *
 * @example
 * timer(5_000).subscribe(forceShutdown);
 */
export const forceShutdown: ShutdownFunction = (...given: readonly unknown[]) =>
  reportRejection(stop(true, 'forceShutdown()', addressOf(given)));

/**
 * Sets the number of slots, from 1 to 10000: further workers are forked, or the workers in the slots with the highest numbers are asked to leave.
 *
 * Scales all running clusters, or with `cluster` the one of this name. Returns at once, after a `scale` event; `workers$` shows when the workers have started or left. Does nothing during a shutdown.
 * Throws `ConfigError` for another number, `NotRunningError` where no such cluster runs.
 *
 * @example
 * scale(8);
 */
export const scale = (size: number, to?: ClusterAddress): void => {
  validateSize('scale()', size);
  for (const { submit } of requireClusters('scale()', to)) submit({ type: 'scale', to: size, why: 'scale()' });
};

/**
 * Sends a message to one worker, to the worker of a slot (`{ slot: 1 }`), to all workers of a cluster (`{ cluster: name }`), or to all workers.
 *
 * Throws `MessageError` if the message cannot be serialized, has more than about 64 million characters, or the worker has left; `NotRunningError` where no such cluster runs; `ConfigError` for
 * a wrong address. What fails later is an `error` event.
 *
 * @example
 * send({ cmd: 'reload' });
 * send({ cmd: 'reload' }, { cluster: 'web' });
 * messages$.subscribe(({ worker }) => send({ cmd: 'thanks' }, worker));
 */
export const send = (message: unknown, to?: Recipient): void => {
  for (const { running, id } of requireWorkers('send', to)) running.host.send(message, id, reportTo(running.submit));
};

/**
 * Opens the log files of all running clusters again at their paths, as SIGHUP does, for a program that has renamed them. Returns at once, after a `reopen` event.
 * What is not a file stays open. Throws `NotRunningError` where no cluster runs.
 *
 * @example
 * cron$('0 0 * * *').subscribe(() => reopenLogs());
 */
export const reopenLogs = (): void => {
  for (const { submit } of requireClusters('reopenLogs()')) submit({ type: 'reopen', why: 'reopenLogs()' });
};

/**
 * A Subject of restarts: each value that it receives restarts all running clusters, and it emits each restart that is asked for.
 *
 * Emits `{ cluster, why }`, where `why` is `'restart$'`, `'restart()'`, the reason that `restart({ why })` was given, or the name of a signal; with `slot` where one slot is restarted. Never completes and never errors:
 * a source that completes changes nothing, and the error of a source is an `error` event.
 *
 * @example
 * signal$('SIGUSR1').pipe(debounceTime(500)).subscribe(restart$);
 * restart$.subscribe(({ cluster, why }) => console.log(`${cluster}: restart asked for by ${why}`));
 */
export const restart$: RequestSubject<RestartRequest> = requestSubject(
  'restart$',
  allEvents$.pipe(
    filter(hasType('restart')),
    map(({ cluster, why, slot }): RestartRequest => ({ cluster, why, ...(slot !== undefined && { slot }) })),
  ),
  () => ({ type: 'restart', request: nextRequest('restart$'), why: 'restart$' }),
);

/**
 * A Subject of shutdowns: each value that it receives shuts down all running clusters, and it emits each shutdown that begins.
 *
 * Emits `{ cluster, why, force }`, where `why` is `'shutdown$'`, `'shutdown()'`, the name of a signal, or what ended the cluster. Never completes and never errors, as `restart$`.
 *
 * @example
 * timer(3_600_000).subscribe(shutdown$);
 * shutdown$.subscribe(({ cluster, why }) => console.log(`${cluster} shuts down: ${why}`));
 */
export const shutdown$: RequestSubject<ShutdownRequest> = requestSubject(
  'shutdown$',
  allEvents$.pipe(
    filter(hasType('shutdown')),
    map(({ cluster, why, force }): ShutdownRequest => ({ cluster, why, force })),
  ),
  () => {
    shutdownAll$.next();
    return { type: 'shutdown', force: false, why: 'shutdown$' };
  },
);

/** A restart that was asked for, by whom, and of which slot. */
export interface RestartRequest {
  readonly cluster: string;
  readonly why: string;
  /** Left out where all slots are restarted. */
  readonly slot?: number;
}

/** A shutdown that begins, and who asked for it. */
export interface ShutdownRequest {
  readonly cluster: string;
  readonly why: string;
  readonly force: boolean;
}

/** Takes any value as a request, and emits the requests that were made. */
export type RequestSubject<T> = Observable<T> &
  Omit<Observer<unknown>, 'next'> & { readonly next: (value?: unknown) => void };

/** Called with an address; or as a callback, whose arguments are ignored. */
export interface RestartFunction {
  (to?: RestartAddress): Promise<RestartResult>;
  (...ignored: CallbackArguments): Promise<RestartResult>;
}

/** Called with an address; or as a callback, whose arguments are ignored. */
export interface ShutdownFunction {
  (to?: ClusterAddress): Promise<void>;
  (...ignored: CallbackArguments): Promise<void>;
}

function requestSubject<T>(name: string, made$: Observable<T>, command: () => ClusterCommand): RequestSubject<T> {
  return Object.assign(new GuardedObservable<T>(made$, reportError(`a subscriber of ${name}`)), {
    next: () => {
      try {
        const clusters = requireClusters(name);
        const made = command();
        for (const { submit } of clusters) submit(made);
      } catch (error) {
        reportError(name)(error);
      }
    },
    error: (error: unknown) => reportError(`the source of ${name}`)(error),
    complete: () => {},
  });
}

// Checked where it is used.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const addressOf = (given: readonly unknown[]) => addressIn(given) as RestartAddress | undefined;

const nextRequest = (by: string): string => {
  requestCount += 1;
  return `${by}#${requestCount}`;
};

const stop = async (force: boolean, why: string, to?: ClusterAddress): Promise<void> => {
  const clusters = addressedClusters(why, to);
  const gone = clusters.map(({ gone$ }) => firstValueFrom(gone$));
  if (to?.cluster === undefined) shutdownAll$.next();
  for (const { submit } of clusters) submit({ type: 'shutdown', force, why });
  await Promise.all(gone);
};

const rollOf = (running: RunningCluster, request: string, slot?: number): Promise<RestartResult> =>
  firstValueFrom(
    merge(
      allEvents$.pipe(
        filter(({ cluster }) => cluster === running.name),
        filter(endsRoll(request)),
        map(({ result }) => result),
      ),
      running.gone$.pipe(map(() => cancelledByEnd(running, slot))),
    ),
  );

const endsRoll =
  (request: string) =>
  (event: HistoryEntry<ClusterEvent>): event is EventOf<ClusterEvent, 'restart-end' | 'restart-abort'> =>
    (event.type === 'restart-end' || event.type === 'restart-abort') && event.requests.includes(request);

const cancelledByEnd = ({ state }: RunningCluster, slot?: number): RestartResult => ({
  outcome: 'cancelled',
  replaced: [],
  kept: slot === undefined ? Array.from({ length: state.size }, (_, index) => index + 1) : [slot],
  cause: { why: 'the cluster has ended' },
});

/** One result for several clusters; the result of a single cluster as it is. */
const combine = (results: readonly (readonly [string, RestartResult])[]): RestartResult => {
  const all = results.map(([, result]) => result);
  const [only] = all;
  if (only !== undefined && all.length === 1) return only;
  const slots = {
    replaced: all.flatMap(({ replaced }) => replaced),
    kept: all.flatMap(({ kept }) => kept),
    clusters: Object.fromEntries(results),
  };
  const failed = all.filter((result) => result.outcome !== 'done');
  const worst = failed.find(({ outcome }) => outcome === 'aborted') ?? failed[0];
  return worst === undefined ? { outcome: 'done', ...slots } : { outcome: worst.outcome, cause: worst.cause, ...slots };
};

const reportTo =
  (submit: RunningCluster['submit']) =>
  (error: Error): void =>
    submit({ type: 'error', error: errorData(error) });
