import {
  combineLatest,
  connect,
  distinctUntilChanged,
  endWith,
  filter,
  ignoreElements,
  interval,
  map,
  type Observable,
  type OperatorFunction,
  pairwise,
  scan,
  startWith,
  takeUntil,
  withLatestFrom,
} from 'rxjs';
import { isDeepStrictEqual } from 'node:util';
import { type ClusterEvent, is } from '../../index.js';
import { type ClusterStatus, foldStatus } from '../../status.js';
import type { MemberRecord, ServiceRecord } from '../records/member.js';
import type { AskRelease } from './askRelease.js';
import { foldSamples, recentP99, type RecentSamples } from './recentLatency.js';

/** What a master says of itself once. */
export type Identity = Omit<MemberRecord, 'format' | 'services'>;

/** Latencies are told this often, in ms. */
const latencyMs = 5_000;

const noSamples: RecentSamples = new Map();

/**
 * What this host says of itself: events of its clusters in, its record as a member out.
 *
 * It begins with a host without services, so it is subscribed before the clusters start. Latencies are those of samples that others ask for, while they do; it does not ask itself. Emits when something has changed. Completes and errors as its source.
 * `release` says what the code of a service calls itself; it is asked when a service starts and when it has been restarted, and does not throw.
 */
export const ownRecord =
  (identity: Identity, release: AskRelease): OperatorFunction<ClusterEvent, MemberRecord> =>
  (events$) =>
    events$.pipe(
      connect((shared$) =>
        combineLatest([services(shared$, release), latencies(shared$)]).pipe(
          map(([running, samples]): MemberRecord => ({
            format: 1,
            ...identity,
            services: Object.fromEntries(
              running.map((service) => [service.status.cluster, recordOf(service, samples)]),
            ),
          })),
          distinctUntilChanged<MemberRecord>(isDeepStrictEqual),
        ),
      ),
    );

interface Service {
  readonly status: ClusterStatus;
  readonly release: string;
}

const services = (events$: Observable<ClusterEvent>, release: AskRelease): Observable<readonly Service[]> =>
  events$.pipe(
    // Samples change nothing of this, and come each second from each worker.
    filter(({ type }) => type !== 'stats' && type !== 'message'),
    scan(
      (known: { readonly status: readonly ClusterStatus[]; readonly running: readonly Service[] }, event) => {
        const status = foldStatus(known.status, event);
        if (status === known.status) return known;
        const running = status
          .filter(({ phase }) => phase !== 'ended')
          .map((one): Service => {
            const before = known.running.find((service) => service.status.cluster === one.cluster);
            const isNew = before === undefined || (event.type === 'restart-end' && event.cluster === one.cluster);
            return { status: one, release: isNew ? release(one.cluster, before?.release ?? '') : before.release };
          });
        return { status, running };
      },
      { status: [], running: [] },
    ),
    map(({ running }) => running),
    startWith([]),
    distinctUntilChanged(),
  );

const latencies = (events$: Observable<ClusterEvent>): Observable<RecentSamples> => {
  const samples$ = events$.pipe(filter(is('stats', 'exit')), scan(foldSamples, noSamples), startWith(noSamples));
  return interval(latencyMs).pipe(
    withLatestFrom(samples$),
    map(([, samples]) => samples),
    startWith(noSamples),
    // Without a new sample since the last time nobody measures any more.
    pairwise(),
    map(([before, samples]) => (samples === before ? noSamples : samples)),
    startWith(noSamples),
    takeUntil(events$.pipe(ignoreElements(), endWith(true))),
  );
};

const recordOf = ({ status, release }: Service, samples: RecentSamples): ServiceRecord => {
  const { cluster, phase, size, ready, crashes, slots } = status;
  const p99 = recentP99(samples, cluster);
  return {
    release,
    phase,
    size,
    available: ready,
    crashes,
    ...(p99 !== undefined && { p99 }),
    slots: slots.map(({ slot, generation, state }) => ({ slot, generation, phase: state })),
  };
};
