import {
  filter,
  map,
  merge,
  type MonoTypeOperatorFunction,
  Observable,
  of,
  startWith,
  Subscription,
  switchMap,
  take,
} from 'rxjs';
import { type Process, type ProcessEvent, type SlotRef, workerRef } from '../../host/host.js';
import { after } from '../../operators/general/after.js';
import { relay, relayBeside } from '../../operators/general/relay.js';
import type { WorkerRef } from '../../vocabulary/events.js';
import type { FeatureContext } from '../contract/feature.js';
import type { RecycleDraft } from './events.js';
import { reached } from './limits.js';
import type { Recycle } from './options.js';
import { earlyMs, pauseAfter } from './pauses.js';
import { serves } from './recycling.js';
import type { RecycleState } from './state.js';

type Context = Pick<
  FeatureContext<{ readonly recycle: Recycle }, RecycleDraft, RecycleState>,
  'options' | 'on' | 'state$' | 'slice' | 'host' | 'emit'
>;

/**
 * Emits `recycle` when the process has reached a limit, from the moment at which it is available.
 *
 * ```
 * source              fo--l------------------------x|
 * on('available')     -----a------------------------
 * on('restart-abort') --------------b---------------
 * emit                ----------r---------------r---     the second one after a pause, because the first replacement has failed
 * ```
 */
export const watchLimits =
  (context: Context, slotRef: SlotRef): MonoTypeOperatorFunction<ProcessEvent> =>
  (source$) =>
    new Observable((subscriber) => {
      const watching = new Subscription();
      subscriber.add(watching);
      const watch = (process: Process) => {
        const recycled$ = recycledOf(context, process, workerRef(process, slotRef));
        watching.add(recycled$.subscribe(relayBeside(subscriber, context.emit)));
      };
      const follow = (event: ProcessEvent) => {
        if (event.type === 'fork') watch(event.process);
        if (event.type === 'exit') watching.unsubscribe();
        subscriber.next(event);
      };
      return source$.subscribe(relay(subscriber, follow));
    });

const recycledOf = (
  { options: { recycle }, on, state$, slice, host }: Context,
  process: Process,
  worker: WorkerRef,
): Observable<RecycleDraft> => {
  const { id, slot } = worker;
  const forkedAt = host.now();

  const watched = (): Observable<RecycleDraft> => {
    const availableAt = host.now();
    const reached$ = reached(recycle, process, () => host.now() - forkedAt, host).pipe(
      map((found): RecycleDraft => ({ type: 'recycle', worker, ...found })),
    );
    const ofAge$ = reached$.pipe(filter(({ why }) => why === 'age'));
    // What a worker needs to boot is not its fault: the more of them in a row, the longer the next one is kept, but not beyond its age.
    const kept = (draft: RecycleDraft): Observable<RecycleDraft> => {
      const isEarly = draft.why !== 'age' && host.now() - availableAt < earlyMs;
      if (!isEarly) return of(draft);
      const before = slice.early.get(slot) ?? 0;
      const still$ =
        before === 0 ? of(draft) : merge(ofAge$, after(pauseAfter(before)).pipe(switchMap(() => reached$)));
      return still$.pipe(
        take(1),
        map((late) => ({ ...late, early: before + 1 })),
      );
    };
    // A restart that fails leaves this worker in place.
    const failures$ = on('restart-abort').pipe(
      filter(({ result }) => result.kept.includes(slot)),
      map((_, index) => index + 1),
      startWith(0),
    );
    return failures$.pipe(
      switchMap((failures) => {
        const due$ = failures === 0 ? reached$ : after(pauseAfter(failures)).pipe(switchMap(() => reached$));
        return due$.pipe(take(1), switchMap(kept));
      }),
    );
  };

  return on('available').pipe(
    filter((event) => event.worker.id === id),
    take(1),
    switchMap(watched),
    switchMap((draft) =>
      state$.pipe(
        take(1),
        filter((state) => serves(state, worker)),
        map(() => draft),
      ),
    ),
  );
};
