import { EMPTY, filter, NEVER, type Observable, Subject, tap } from 'rxjs';
import { is } from '../src/api/is.js';
import type { ClusterState } from '../src/state/clusterState.js';
import { decisions$ } from '../src/streams/decisions.js';
import type { Decision } from '../src/vocabulary/decision.js';
import type { CoreEvent, EventDraft } from '../src/vocabulary/events.js';
import { stamped } from './marbles.js';
import type { ClusterOptions } from '../src/config/clusterOptions.js';
import { completeFeatureOptions } from '../src/features/fold.js';

/** Options with times that read well in marbles: 1 ms is one character. */
export const clusterOptions = (changes: Partial<ClusterOptions> = {}): ClusterOptions => ({
  name: 'test',
  worker: 2,
  sizes$: NEVER,
  disconnectTimeout: 100,
  cut: (changes.disconnectTimeout ?? 100) / 2,
  maxForkCount: 5,
  maxStartAttempts: undefined,
  minUptime: 50,
  backoff: { initial: 4, factor: 2, max: 30, jitter: 0 },
  respawn: 'permanent',
  ready: 'auto',
  readyTimeout: 60,
  minReadyTime: 3,
  maxSurge: '25%',
  maxBooting: Infinity,
  preload: true,
  ...completeFeatureOptions({}),
  terminal: false,
  signals: { SIGINT: 'shutdown', SIGTERM: 'shutdown', SIGQUIT: 'force', SIGUSR2: 'restart' },
  shutdownAfter: EMPTY,
  ...changes,
});

/** A part of a cluster on its own, whose departures are decided by the policy. */
export const withDecisions = (
  options: ClusterOptions,
  state$: Observable<ClusterState>,
  part: (decisions$: Observable<Decision>) => Observable<EventDraft>,
): Observable<EventDraft> => {
  const departed$ = new Subject<CoreEvent>();
  const decided$ = decisions$(options, { on: (type) => departed$.pipe(filter(is(type))), state$ });
  return part(decided$).pipe(tap((draft) => draft.type === 'departure' && departed$.next(stamped(draft))));
};
