import { filter, firstValueFrom, map, merge, type Observable, type Observer } from 'rxjs';
import { addressIn, type Handed } from './callbackArguments.js';
import { errorData } from '../vocabulary/errorData.js';
import type { ClusterEvent } from '../features/index.js';
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
  type SlotAddress,
} from '../registry/addressing.js';
import { shutdownAll$, emitError, reportError, type RunningCluster, allEvents$ } from '../registry/runningClusters.js';
import { validateSize } from '../validation/arguments.js';

let requests = 0;

/**
 * Replaces every worker, one slot after the other, without losing one that serves; of all running clusters, or of the one that is named.
 * Resolves when its roll has ended and never rejects for an outcome: `{ outcome: 'done' | 'aborted' | 'cancelled', replaced, kept, cause }`.
 * Several clusters roll at the same time; it resolves when all have ended, with the worst outcome, and with `clusters`, the result of each.
 * Asked for during a roll it is one more roll after that one; who waits together shares the result. With `slot` only the worker of that slot is replaced,
 * or the slot is filled if it is vacant; `replaced` or `kept` has it, and neither if the slot was closed before its turn.
 * Rejects with `NotRunningError` where no such cluster runs or has that slot, with `ConfigError` for a wrong address. A rejection is an `error` event as well, and ends
 * nothing where nobody handles it, so it can be passed as a callback; what it is called with then is no address.
 *
 * @example
 * process.on('SIGUSR1', restart);
 * const { outcome, cause } = await restart();
 * if (outcome !== 'done') console.error(cause);
 * await restart({ cluster: 'web' });
 * await restart({ slot: 3 });
 */
export const restart: Restart = (...given: readonly unknown[]) => handled(restartOf(addressOf(given)));

const restartOf = async (to?: SlotAddress): Promise<RestartResult> => {
  const meant = requireSlot('restart()', to);
  const one = to?.slot !== undefined && { slot: to.slot };
  const request = nextRequest('restart()');
  const ends = meant.map(async (running) => [running.name, await rollOf(running, request, to?.slot)] as const);
  for (const { submit } of meant) submit({ type: 'restart', request, why: 'restart()', ...one });
  return together(await Promise.all(ends));
};

/**
 * Asks every worker to leave and resolves when the last one has; of all running clusters, or of the one that is named. A worker that is still
 * there after `disconnectTimeout` is killed. Where no cluster runs it resolves at once: what is asked for is so already.
 * Rejects with `NotRunningError` for a name that none has, with `ConfigError` for a wrong address. It can be passed as a callback, as `restart` can.
 *
 * @example
 * timer(3_600_000).subscribe(shutdown);
 */
export const shutdown: Shutdown = (...given: readonly unknown[]) =>
  handled(stop(false, 'shutdown()', addressOf(given)));

/**
 * Kills every worker and resolves when the last one has gone; of all running clusters, or of the one that is named. Where no cluster runs it
 * resolves at once. Rejects as `shutdown()` does.
 *
 * @example
 * timer(5_000).subscribe(forceShutdown);
 */
export const forceShutdown: Shutdown = (...given: readonly unknown[]) =>
  handled(stop(true, 'forceShutdown()', addressOf(given)));

/**
 * From now on each cluster, or the one that is addressed, is to have `size` workers: further ones are forked, or those in the slots with the highest numbers are retired gracefully.
 * It is decided at once, told by a `scale` event, and takes as long as booting or leaving takes: `workers$` has who is there. Throws `ConfigError`
 * for what is no whole number from 1, `NotRunningError` where no such cluster runs. During a shutdown it changes nothing.
 *
 * @example
 * scale(8);
 */
export const scale = (size: number, to?: ClusterAddress): void => {
  validateSize('scale()', size);
  for (const { submit } of requireClusters('scale()', to)) submit({ type: 'scale', to: size, why: 'scale()' });
};

/**
 * Sends a message to one worker, to the one in a slot (`{ slot: 1 }`), to all of a cluster (`{ cluster: name }`), or to all there are. Throws `MessageError` if it cannot be
 * serialised, has more than about 64 million characters, or the worker has left, `NotRunningError` where no such cluster runs, `ConfigError` for an address that is none;
 * what fails on the way becomes an `error` event.
 *
 * @example
 * send({ cmd: 'reload' });
 * send({ cmd: 'reload' }, { cluster: 'web' });
 * messages$.subscribe(({ worker }) => send({ cmd: 'thanks' }, worker));
 */
export const send = (message: unknown, to?: Recipient): void => {
  for (const { running, id } of requireWorkers('send', to)) running.host.send(message, id, fails(running.submit));
};

/**
 * Every value that it is given is a request to restart all running clusters. It emits each restart that is asked for, whoever asks: `{ cluster, why }`, where `why` is `'restart$'`,
 * `'restart()'` or the name of a signal, and `slot` where one slot is meant. It never ends: a source that completes changes nothing, one that errors becomes an `error` event.
 *
 * @example
 * signal$('SIGUSR1').pipe(debounceTime(500)).subscribe(restart$);
 * restart$.subscribe(({ cluster, why }) => console.log(`${cluster}: restart asked for by ${why}`));
 */
export const restart$: Requests<RestartAsked> = requesting(
  'restart$',
  allEvents$.pipe(
    filter(hasType('restart')),
    map(({ cluster, why, slot }): RestartAsked => ({ cluster, why, ...(slot !== undefined && { slot }) })),
  ),
  () => ({ type: 'restart', request: nextRequest('restart$'), why: 'restart$' }),
);

/**
 * Every value that it is given is a request to shut down all running clusters. It emits each shutdown that begins, whoever asked: `{ cluster, why, force }`, where `why` is `'shutdown$'`,
 * `'shutdown()'`, the name of a signal, or what has ended the cluster. It never ends, as `restart$`.
 *
 * @example
 * timer(3_600_000).subscribe(shutdown$);
 * shutdown$.subscribe(({ cluster, why }) => console.log(`${cluster} shuts down: ${why}`));
 */
export const shutdown$: Requests<ShutdownAsked> = requesting(
  'shutdown$',
  allEvents$.pipe(
    filter(hasType('shutdown')),
    map(({ cluster, why, force }): ShutdownAsked => ({ cluster, why, force })),
  ),
  () => {
    shutdownAll$.next();
    return { type: 'shutdown', force: false, why: 'shutdown$' };
  },
);

/** Who asked a cluster for a restart. */
export interface RestartAsked {
  readonly cluster: string;
  readonly why: string;
  /** The slot that is meant, if it is one. */
  readonly slot?: number;
}

/** Who asked a cluster to shut down. */
export interface ShutdownAsked {
  readonly cluster: string;
  readonly why: string;
  readonly force: boolean;
}

/** It takes requests, as an observer of any values, and emits those that are made. */
export type Requests<T> = Observable<T> &
  Omit<Observer<unknown>, 'next'> & { readonly next: (value?: unknown) => void };

/** Called with an address, or by an emitter, a timer or an Observable. */
export interface Restart {
  (to?: SlotAddress): Promise<RestartResult>;
  (...handed: Handed): Promise<RestartResult>;
}

/** Called with an address, or by an emitter, a timer or an Observable. */
export interface Shutdown {
  (to?: ClusterAddress): Promise<void>;
  (...handed: Handed): Promise<void>;
}

function requesting<T>(name: string, asked$: Observable<T>, wish: () => ClusterCommand): Requests<T> {
  return Object.assign(new GuardedObservable<T>(asked$, reportError(`a subscriber of ${name}`)), {
    next: () => {
      try {
        const meant = requireClusters(name);
        const draft = wish();
        for (const { submit } of meant) submit(draft);
      } catch (error) {
        reportError(name)(error);
      }
    },
    error: (error: unknown) => reportError(`what is connected to ${name}`)(error),
    complete: () => {},
  });
}

/** It is checked where it is used. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const addressOf = (given: readonly unknown[]) => addressIn(given) as SlotAddress | undefined;

/** A rejection that nobody handles would end the process, and who calls back handles none. */
const handled = <T>(promise: Promise<T>): Promise<T> => {
  promise.catch((thrown: unknown) => emitError({ type: 'error', error: errorData(thrown) }));
  return promise;
};

const nextRequest = (by: string): string => {
  requests += 1;
  return `${by}#${requests}`;
};

const stop = async (force: boolean, why: string, to?: ClusterAddress): Promise<void> => {
  const meant = addressedClusters(why, to);
  const gone = meant.map(({ gone$ }) => firstValueFrom(gone$));
  if (to?.cluster === undefined) shutdownAll$.next();
  for (const { submit } of meant) submit({ type: 'shutdown', force, why });
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
      running.gone$.pipe(map(() => cutShort(running, slot))),
    ),
  );

const endsRoll =
  (request: string) =>
  (event: ClusterEvent): event is EventOf<ClusterEvent, 'restart-end' | 'restart-abort'> =>
    (event.type === 'restart-end' || event.type === 'restart-abort') && event.requests.includes(request);

const cutShort = ({ state }: RunningCluster, slot?: number): RestartResult => ({
  outcome: 'cancelled',
  replaced: [],
  kept: slot === undefined ? Array.from({ length: state.size }, (_, index) => index + 1) : [slot],
  cause: { why: 'the cluster has ended' },
});

/** The results of several clusters as one; that of a single one is as it is. */
const together = (results: readonly (readonly [string, RestartResult])[]): RestartResult => {
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

const fails =
  (ask: RunningCluster['submit']) =>
  (error: Error): void =>
    ask({ type: 'error', error: errorData(error) });
