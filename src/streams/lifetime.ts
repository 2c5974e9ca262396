import { concat, EMPTY, filter, map, mergeMap, type Observable, of, take, throwError } from 'rxjs';
import { thrownOf } from '../vocabulary/errorData.js';
import { ForkLimitError } from '../vocabulary/errors.js';
import type { CoreEvent, EventDraft } from '../vocabulary/events.js';
import type { Host } from '../host/host.js';
import type { ClusterState } from '../state/clusterState.js';
import type { Feedback } from '../operators/general/loop.js';

type Hearing = Pick<Feedback<CoreEvent, ClusterState>, 'state$'>;
type Clock = Pick<Host, 'now'>;

/** Emits `started` when all slots have a ready worker for the first time, and completes. */
export const started$ = ({ state$ }: Hearing, { now }: Clock): Observable<EventDraft> => {
  const age = stopwatch(now);
  return state$.pipe(
    filter(({ serving, size }) => serving === size),
    take(1),
    map(({ size }) => ({ type: 'started', workers: size, after: age() })),
  );
};

/** Emits `end`, and completes, or errors: with `ForkLimitError` if the cluster gave up, with the error of a respawn operator that gave up if every slot is vacant. The time that it has run counts from the call. */
export const end$ = ({ state$ }: Hearing, { now }: Clock): Observable<EventDraft> => {
  const age = stopwatch(now);
  const last = (state: ClusterState): EventDraft => ({
    type: 'end',
    why: state.stop?.why ?? 'no slot was left',
    after: age(),
  });
  return state$.pipe(
    take(1),
    mergeMap((state) => concat(of(last(state)), failure$(state))),
  );
};

const failure$ = (state: ClusterState): Observable<never> => {
  const failure = failureOf(state);
  return failure === undefined ? EMPTY : throwError(() => failure);
};

/** It gave up, or it ends because no slot wants a worker, and in one of them the respawn policy gave up. */
const failureOf = ({ gaveUp, vacant, size, slots }: ClusterState): unknown => {
  if (gaveUp !== undefined) return new ForkLimitError(gaveUp);
  if (vacant < size) return undefined;
  const failure = [...slots.values()].find((slot) => slot.failure !== undefined)?.failure;
  return failure === undefined ? undefined : thrownOf(failure);
};

const stopwatch = (now: Host['now']) => {
  const start = now();
  return () => now() - start;
};
