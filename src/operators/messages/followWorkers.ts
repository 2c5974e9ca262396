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

/** What must be known of a worker to follow it. */
export interface Followed {
  readonly id: number;
  readonly ready: boolean;
  readonly leaving: boolean;
}

/** A slot and its workers. A vacant one gets no worker before the next restart or scaling. */
export interface Place<W extends Followed> {
  readonly vacant: boolean;
  readonly workers: readonly W[];
}

/**
 * Subscribes once to a stream of each worker, when that worker is ready, and merges them. So a slot is followed from one worker to the next.
 *
 * ```
 * slots          1-----(12)--2--------      1, 2: workers of one slot that are ready; during a restart both run
 * part(1)         -a-a--a--a-x              x: its worker has left
 * part(2)              -b--b--b--|
 * followWorkers  --a-a--(ab)a(b)b-|
 * ```
 *
 * `part` gets `left$`, which it subscribes to when its worker has left. A part that completes without that has ended by itself.
 * Completes when all parts have, if the slots have completed or each worker that stays has ended its part by itself. Errors with the slots and with a part.
 */
export const followWorkers =
  <W extends Followed, R>(
    part: (worker: W, left$: Observable<never>) => Observable<R>,
  ): OperatorFunction<readonly Place<W>[], R> =>
  (places$) =>
    defer(() => {
      // Only of workers that are there: it does not grow with the restarts.
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
        return part(worker, left$).pipe(tap({ complete }));
      };
      const forget = (places: readonly Place<W>[]) => {
        const there = new Set(places.flatMap(({ workers }) => workers.map(({ id }) => id)));
        for (const id of ended) if (!there.has(id)) ended.delete(id);
      };
      const isOver = ({ vacant, workers }: Place<W>): boolean => {
        const staying = workers.filter(({ leaving }) => !leaving);
        return staying.length === 0 ? vacant : staying.every(({ id }) => ended.has(id));
      };

      return places$.pipe(
        tap(forget),
        connect((place$) => {
          const over$ = combineLatest([place$, end$.pipe(startWith(undefined))]).pipe(
            filter(([places]) => places.length > 0 && places.every(isOver)),
          );
          return place$.pipe(
            takeUntil(over$),
            map(serving),
            scan(join, nobody<W>()),
            mergeMap(({ joined }) => joined),
            mergeMap(follow),
          );
        }),
      );
    });

const serving = <W extends Followed>(places: readonly Place<W>[]): readonly W[] =>
  places.flatMap(({ workers }) => workers.filter(({ ready, leaving }) => ready && !leaving));

interface Joined<W> {
  readonly known: ReadonlySet<number>;
  readonly joined: readonly W[];
}

const nobody = <W>(): Joined<W> => ({ known: new Set(), joined: [] });

/** A worker that leaves does not come back, so only those that serve now must be known. */
const join = <W extends Followed>({ known }: Joined<W>, workers: readonly W[]): Joined<W> => ({
  known: new Set(workers.map(({ id }) => id)),
  joined: workers.filter(({ id }) => !known.has(id)),
});
