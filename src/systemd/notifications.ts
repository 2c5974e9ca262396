import {
  connect,
  distinctUntilChanged,
  EMPTY,
  filter,
  map,
  merge,
  type Observable,
  pairwise,
  scan,
  startWith,
  switchMap,
  timer,
} from 'rxjs';
import type { ServiceState } from './serviceState.js';

/** What is sent to the service manager at once: variables and their values. */
export type Notification = Readonly<Record<string, string>>;

/** The clusters of this process, by name. `undefined`: it runs, and nothing is known about it yet. */
export type Services = ReadonlyMap<string, ServiceState | undefined>;

interface Timing {
  /** How often the service manager expects a sign of life, in ms. `undefined`: never. */
  readonly watchdog: number | undefined;
  /** The time of the monotonic clock, in µs. */
  readonly monotonicUsec: () => string;
}

/** While workers leave, the service manager is asked again and again to wait this long, so it does not wait for a master that hangs. In ms. */
const drainExtension = 15_000;
const drainInterval = 5_000;
/** What a boot gets on top of its own limit, in ms. */
const bootMargin = 10_000;
/** A longer one is cut: it may contain text of an error. */
const maxStatusLength = 300;

/**
 * What the service manager is told about the clusters of this process.
 *
 * ```
 * source         i--r----l----r----t-----    i: starting, r: running, l: reloading, t: stopping
 * notifications  s--R----L----R----Te----    s: STATUS, R: READY, L: RELOADING, T: STOPPING, e: EXTEND_TIMEOUT_USEC
 * ```
 *
 * READY comes when all clusters have started, and again after each roll; STOPPING when all of them stop. A notification has a STATUS if that has changed, and EXTEND_TIMEOUT_USEC while
 * workers boot for the first time and while they leave. WATCHDOG comes at half the interval. Never completes.
 */
export const notifications = (
  services$: Observable<Services>,
  { watchdog, monotonicUsec }: Timing,
): Observable<Notification> =>
  merge(
    watchdog === undefined ? EMPTY : timer(0, watchdog / 2).pipe(map((): Notification => ({ WATCHDOG: '1' }))),
    services$.pipe(
      scan(combine, initial),
      connect((state$) =>
        merge(
          state$.pipe(
            startWith(initial),
            pairwise(),
            map(([before, state]) => changes(before, state, monotonicUsec)),
            filter((notification) => Object.keys(notification).length > 0),
          ),
          state$.pipe(
            map(({ phase }) => phase === 'stopping'),
            distinctUntilChanged(),
            switchMap((stops) => (stops ? timer(0, drainInterval) : EMPTY)),
            map(() => extension(drainExtension)),
          ),
        ),
      ),
    ),
  );

interface Combined {
  readonly phase: ServiceState['phase'];
  readonly status: string;
  readonly progress: number;
  readonly patience: number;
}

const initial: Combined = { phase: 'starting', status: '', progress: 0, patience: 0 };

const combine = (before: Combined, services: Services): Combined => {
  const states = [...services.values()].filter((state) => state !== undefined);
  return {
    phase: phaseOf(before.phase, services, states),
    status: statusOf(services) || before.status,
    progress: states.reduce((sum, { progress }) => sum + progress, 0),
    patience: Math.max(0, ...states.map(({ patience }) => patience)),
  };
};

/** A cluster that is subscribed later, or again, does not take back that the service is ready. */
const phaseOf = (before: Combined['phase'], services: Services, states: readonly ServiceState[]): Combined['phase'] => {
  if (services.size === 0 || before === 'stopping') return before;
  const all = states.length === services.size;
  if (all && states.every(({ phase }) => phase === 'stopping')) return 'stopping';
  if (before === 'starting' && !(all && states.every(({ phase }) => phase !== 'starting'))) return 'starting';
  return states.some(({ phase }) => phase === 'reloading') ? 'reloading' : 'running';
};

const statusOf = (services: Services): string => {
  const sentences = [...services].flatMap(([name, state]) => {
    if (state === undefined) return [];
    return services.size === 1 ? [state.sentence] : [`${name}: ${state.sentence}`];
  });
  const text = sentences.join(' | ').replaceAll(/\p{Cc}+/gu, ' ');
  return text.length > maxStatusLength ? `${text.slice(0, maxStatusLength - 1)}…` : text;
};

const extension = (ms: number): Notification => ({ EXTEND_TIMEOUT_USEC: String(Math.round(ms * 1000)) });

const changes = (before: Combined, state: Combined, monotonicUsec: () => string): Notification => ({
  ...(state.phase !== before.phase && entered(state.phase, monotonicUsec)),
  ...(state.status !== before.status && { STATUS: state.status }),
  ...(state.phase === 'starting' && state.progress > before.progress && extension(state.patience + bootMargin)),
});

const entered = (phase: Combined['phase'], monotonicUsec: () => string): Notification => {
  if (phase === 'reloading') return { RELOADING: '1', MONOTONIC_USEC: monotonicUsec() };
  return phase === 'stopping' ? { STOPPING: '1' } : { READY: '1' };
};
