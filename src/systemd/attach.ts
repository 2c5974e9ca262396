import {
  BehaviorSubject,
  combineLatest,
  distinctUntilChanged,
  endWith,
  filter,
  finalize,
  ignoreElements,
  map,
  merge,
  type Observable,
  share,
  takeUntil,
  tap,
} from 'rxjs';
import { type ClusterAttachment, type ServiceNotifications, workers$ } from '../index.js';
import { inTurn } from './inTurn.js';
import { notifications, type Services } from './notifications.js';
import { sendBy } from './send.js';
import { serviceState, type ServiceState } from './serviceState.js';

/** What is known about the clusters of this process. `silent`: it is not part of what the service manager is told. */
const states$ = new BehaviorSubject<ReadonlyMap<string, ServiceState | 'silent'>>(new Map());

const set = (cluster: string, state: ServiceState | 'silent'): void =>
  states$.next(new Map(states$.value).set(cluster, state));

const remove = (cluster: string): void => {
  const states = new Map(states$.value);
  states.delete(cluster);
  states$.next(states);
};

const names$ = workers$.pipe(
  map((slots) => [...new Set(slots.map(({ cluster }) => cluster))]),
  distinctUntilChanged((before, names) => before.join('\n') === names.join('\n')),
);

const services$: Observable<Services> = combineLatest([states$, names$]).pipe(
  map(([states, names]) => {
    const services = new Map<string, ServiceState | undefined>();
    for (const name of names) {
      const state = states.get(name);
      if (state !== 'silent') services.set(name, state);
    }
    return services;
  }),
);

/** All clusters of a process are one service. Emits problems with sending, the same one once. */
let service$: Observable<string> | undefined;

const serviceOf = (settings: ServiceNotifications): Observable<string> =>
  notifications(services$, {
    watchdog: settings.watchdog,
    monotonicUsec: () => String(process.hrtime.bigint() / 1000n),
  }).pipe(inTurn(sendBy(settings)), distinctUntilChanged(), share());

/** Tells the service manager about a cluster, together with the other clusters of this process. */
export const attach = ({
  cluster,
  settings,
  events$,
  tell,
}: ClusterAttachment<ServiceNotifications>): Observable<never> => {
  const gone = () => remove(cluster);
  if (settings.silent) {
    set(cluster, 'silent');
    return events$.pipe(ignoreElements(), finalize(gone));
  }
  service$ ??= serviceOf(settings);
  const isFirst = () => [...states$.value].find(([, state]) => state !== 'silent')?.[0] === cluster;
  const problems$ = service$.pipe(
    filter(isFirst),
    tap((problem) => tell({ problem })),
  );
  const state$ = events$.pipe(
    serviceState(settings),
    tap((state) => set(cluster, state)),
  );
  // In this order: the first states are sent too.
  return merge(problems$, state$).pipe(
    takeUntil(events$.pipe(ignoreElements(), endWith(0))),
    ignoreElements(),
    finalize(gone),
  );
};
