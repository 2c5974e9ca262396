import {
  defer,
  distinctUntilChanged,
  EMPTY,
  filter,
  finalize,
  map,
  merge,
  NEVER,
  type Observable,
  range,
  mergeMap,
  repeat,
  switchMap,
  take,
  takeUntil,
  tap,
  using,
} from 'rxjs';
import type { SlotRef } from '../../host/host.js';
import { after } from '../../operators/general/after.js';
import { type Backoff, backoffDelay } from '../../operators/respawn/backoffDelay.js';
import type { ClusterState } from '../../state/clusterState.js';
import type { EventDraft } from '../../vocabulary/events.js';
import type { FeatureContext, ForkLayer, Forking } from '../contract/feature.js';
import type { StandbyDraft } from './events.js';
import { type Spare, spare$, type SpareEvent } from './spare.js';
import type { StandbyState } from './state.js';

/** The wait after a standby worker has failed. It is long: no slot waits for a standby worker. Times in ms. */
const pace: Backoff = { initial: 1_000, factor: 2, max: 60_000, jitter: 0.2 };

type Context = FeatureContext<{ standby: number }, StandbyDraft, StandbyState>;

/**
 * Keeps `standby` processes that have booted and are in no slot, and gives one to each slot that forks after a crash.
 *
 * ```
 * worker, slot 1          f-r----a----x
 * standby worker              bbb-w              b: boots, when every slot has a ready worker   w: waits
 * worker, slot 1                      fr----     the standby worker, in its slot
 * next standby worker                   bbb-w
 * ```
 *
 * A start, a scaling and a restart fork as they would without it. A process that was forked before a restart replaced its first worker takes no slot after that, and is itself replaced.
 */
export const keepStandby = (context: Context, forking: Forking): ForkLayer<StandbyDraft> => {
  const { options, slice } = context;
  // No worker is respawned.
  if (options.standby === 0 || options.respawn === 'temporary') return { fork: forking.fork, beside$: EMPTY };
  const waiting: Spare[] = [];
  const offer = (spare: Spare) => {
    waiting.push(spare);
    return () => {
      const place = waiting.indexOf(spare);
      if (place >= 0) waiting.splice(place, 1);
    };
  };
  return {
    fork: (slotRef, forkOptions) =>
      defer(() => {
        const [spare] = forkOptions?.why === 'respawn' && !slice.restartUndecided ? waiting : [];
        return spare === undefined ? forking.fork(slotRef, forkOptions) : spare.handOver(slotRef);
      }),
    beside$: range(0, options.standby).pipe(mergeMap(() => place$(context, forking, offer))),
  };
};

/** One process after the other. Completes when the cluster stops and the last one has gone. */
const place$ = (
  { options, slice, state$, host }: Context,
  { fork, stop$, boots$ }: Forking,
  offer: (spare: Spare) => () => void,
): Observable<StandbyDraft | EventDraft> =>
  defer(() => {
    let failures = 0;
    let pause$: Observable<unknown> = EMPTY;
    const slotRef: SlotRef = { cluster: options.name, slot: 0, generation: 0 };
    const turn$ = state$.pipe(
      map((state) => isCalm(state, slice)),
      distinctUntilChanged(),
      switchMap((calm) => (calm ? boots$ : NEVER)),
      take(1),
    );
    const needed$ = state$.pipe(filter(({ pendingForks }) => pendingForks > 0));
    const later$ = (epoch: number) => state$.pipe(filter(() => slice.epoch !== epoch));

    const told = (event: SpareEvent, epoch: number): StandbyDraft | EventDraft => {
      if (event.type === 'booted') return { ...event, type: 'standby-begin' };
      if (event.type === 'taken') {
        failures = 0;
        return { ...event, type: 'takeover' };
      }
      if (event.type === 'error') return event;
      const { ending, ...end } = event;
      if (ending !== 'failed') {
        failures = 0;
        // It cannot wait: only other code may.
        if (ending === 'unfit') pause$ = later$(epoch);
        return { ...end, type: 'standby-end' };
      }
      if (event.age >= pace.max) failures = 0;
      const random = host.random();
      const delay = backoffDelay(pace, failures, random);
      failures += 1;
      pause$ = merge(after(delay), later$(epoch));
      return { ...end, type: 'standby-end', delay, random };
    };
    const one$ = defer(() => {
      pause$ = after(0);
      return turn$.pipe(
        takeUntil(stop$),
        switchMap((through) => {
          const { epoch } = slice;
          const spareOptions = {
            stop$,
            obsolete$: later$(epoch).pipe(map(() => 'a restart has replaced a worker, and it may run older code')),
            readyTimeout: options.readyTimeout,
            disconnectTimeout: options.disconnectTimeout,
            offer,
          };
          return using(
            // A worker does not wait for its turn behind a process that is not needed yet.
            () => needed$.subscribe(through),
            () =>
              spare$({ fork, now: host.now }, slotRef, spareOptions).pipe(
                tap(({ type }) => type === 'booted' && through()),
                map((event) => told(event, epoch)),
                finalize(through),
              ),
          );
        }),
      );
    });
    return one$.pipe(repeat({ delay: () => pause$.pipe(take(1), takeUntil(stop$)) }));
  });

/** Every slot that is to have a worker has one that is ready, and workers of this cluster listen: there is room to boot, and something to wait for. */
const isCalm = ({ stop, listened, serving, vacant, size }: ClusterState, { restartUndecided }: StandbyState): boolean =>
  stop === undefined && listened && !restartUndecided && serving > 0 && serving + vacant === size;
