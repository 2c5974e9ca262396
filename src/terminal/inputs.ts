import {
  catchError,
  EMPTY,
  endWith,
  exhaustMap,
  filter,
  from,
  mergeMap,
  type Observable,
  pairwise,
  share,
  startWith,
  takeUntil,
  timer,
} from 'rxjs';
import type { Master } from '../client.js';
import { type LogSelection, masterInputs } from './masterInputs.js';
import type { Input } from './model/input.js';

const findEachMs = 2_000;

/** What the masters say that `find` finds, now and later: one that appears is read, and one that is not there any more has ended. */
export const inputsOf = (
  find: () => Promise<readonly Master[]>,
  logs$: Observable<LogSelection>,
): Observable<Input> => {
  const found$ = timer(0, findEachMs).pipe(
    exhaustMap(() => from(find()).pipe(catchError(() => EMPTY))),
    share(),
  );
  return found$.pipe(
    startWith<readonly Master[]>([]),
    pairwise(),
    mergeMap(([before, after]) => after.filter(({ at }) => before.every((other) => other.at !== at))),
    mergeMap((master) =>
      masterInputs(master, logs$).pipe(
        takeUntil(found$.pipe(filter((masters) => masters.every(({ at }) => at !== master.at)))),
        endWith<Input>({ type: 'ended', at: master.at }),
      ),
    ),
  );
};
