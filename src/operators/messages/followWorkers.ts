import {
  combineLatest,
  connect,
  defer,
  EMPTY,
  filter,
  map,
  mergeMap,
  type Observable,
  type OperatorFunction,
  scan,
  startWith,
  Subject,
  takeUntil,
  tap,
} from 'rxjs';

/** The state of a worker that is needed to follow it. */
export interface FollowedWorker {
  readonly id: number;
  readonly ready: boolean;
  readonly leaving: boolean;
}

/** A slot and its workers. A vacant slot gets no worker before the next restart or scaling. */
export interface FollowedSlot<W extends FollowedWorker> {
  readonly vacant: boolean;
  readonly workers: readonly W[];
}

/**
 * Subscribes to a stream of each worker once, when that worker is ready, and merges the streams. A slot is thus followed across its workers.
 *
 * ```
 * slots          1-----(12)--2--------      1, 2: workers of one slot that are ready; during a restart both run
 * project(1)      -a-a--a--a-x              x: its worker has left
 * project(2)           -b--b--b--|
 * followWorkers  --a-a--(ab)a(b)b-|
 * ```
 *
 * `project` gets `left$` and must subscribe to it when its worker has left. A stream that completes without that has ended by itself.
 * Completes when all streams have, if the slots have completed or the streams of all staying workers have ended by themselves. Errors with the slots and with each stream.
 */
export const followWorkers =
  <W extends FollowedWorker, R>(
    project: (worker: W, left$: Observable<never>) => Observable<R>,
  ): OperatorFunction<readonly FollowedSlot<W>[], R> =>
  (slots$) =>
    defer(() => {
      // Contains only existing workers, so it does not grow with restarts.
      const ended = new Set<number>();
      const end$ = new Subject<void>();

      const follow = (worker: W): Observable<R> => {
        let left = false;
        const left$ = defer(() => {
          left = true;
          return EMPTY;
        });
        const complete = () => {
          if (left) return;
          ended.add(worker.id);
          end$.next();
        };
        return project(worker, left$).pipe(tap({ complete }));
      };
      const forgetGone = (slots: readonly FollowedSlot<W>[]) => {
        const present = new Set(slots.flatMap(({ workers }) => workers.map(({ id }) => id)));
        for (const id of ended) if (!present.has(id)) ended.delete(id);
      };
      const hasEnded = ({ vacant, workers }: FollowedSlot<W>): boolean => {
        const staying = workers.filter(({ leaving }) => !leaving);
        return staying.length === 0 ? vacant : staying.every(({ id }) => ended.has(id));
      };

      return slots$.pipe(
        tap(forgetGone),
        connect((shared$) => {
          const ended$ = combineLatest([shared$, end$.pipe(startWith(undefined))]).pipe(
            filter(([slots]) => slots.length > 0 && slots.every(hasEnded)),
          );
          return shared$.pipe(
            takeUntil(ended$),
            map(servingWorkers),
            scan(findNew, noWorkers<W>()),
            mergeMap(({ added }) => added),
            mergeMap(follow),
          );
        }),
      );
    });

const servingWorkers = <W extends FollowedWorker>(slots: readonly FollowedSlot<W>[]): readonly W[] =>
  slots.flatMap(({ workers }) => workers.filter(({ ready, leaving }) => ready && !leaving));

interface WorkersSoFar<W> {
  readonly known: ReadonlySet<number>;
  readonly added: readonly W[];
}

const noWorkers = <W>(): WorkersSoFar<W> => ({ known: new Set(), added: [] });

/** A worker that leaves does not return, so only the current ones must be remembered. */
const findNew = <W extends FollowedWorker>({ known }: WorkersSoFar<W>, workers: readonly W[]): WorkersSoFar<W> => ({
  known: new Set(workers.map(({ id }) => id)),
  added: workers.filter(({ id }) => !known.has(id)),
});
