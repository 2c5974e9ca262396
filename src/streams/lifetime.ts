import { concat, EMPTY, filter, map, mergeMap, type Observable, of, take, throwError } from 'rxjs';
import { thrownOf } from '../vocabulary/errorData.js';
import { ForkLimitError } from '../vocabulary/errors.js';
import type { CoreEvent, EventDraft } from '../vocabulary/events.js';
import type { Host } from '../host/host.js';
import type { ClusterState } from '../state/clusterState.js';
import type { Feedback } from '../operators/general/loop.js';

type WithState = Pick<Feedback<CoreEvent, ClusterState>, 'state$'>;
type Clock = Pick<Host, 'now'>;

/** Emits `started` when all slots have a ready worker for the first time, and completes. */
export const started$ = ({ state$ }: WithState, { now }: Clock): Observable<EventDraft> => {
  const age = stopwatch(now);
  return state$.pipe(
    filter(({ serving, size }) => serving === size),
    take(1),
    map(({ size }) => ({ type: 'started', workers: size, after: age() })),
  );
};

/**
 * Emits `end` and completes. Errors with `ForkLimitError` if the cluster gave up, and with the error of the respawn operator or policy if every slot is vacant because of it.
 * `after` counts from the call.
 */
export const end$ = ({ state$ }: WithState, { now }: Clock): Observable<EventDraft> => {
  const age = stopwatch(now);
  const endEvent = (state: ClusterState): EventDraft => ({
    type: 'end',
    why: state.stop?.why ?? 'no slot was left',
    after: age(),
  });
  return state$.pipe(
    take(1),
    mergeMap((state) => concat(of(endEvent(state)), failure$(state))),
  );
};

const failure$ = (state: ClusterState): Observable<never> => {
  const failure = failureOf(state);
  return failure === undefined ? EMPTY : throwError(() => failure);
};

/** The error that the cluster ends with: it gave up, or all slots are vacant and one of them is so because of an error. */
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
