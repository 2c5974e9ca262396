import {
  defaultIfEmpty,
  defer,
  exhaustMap,
  filter,
  map,
  merge,
  type Observable,
  of,
  share,
  startWith,
  switchMap,
  takeUntil,
  timer,
} from 'rxjs';
import { type ProcessSample, type ProcessUsage, sampleIntervalMs, type WorkerReport } from '../vocabulary/stats.js';

interface Sampled {
  /** Emits once what the operating system knows. */
  readonly usage$: Observable<ProcessUsage>;
  /** While subscribed the process reports each `sampleInterval`; `undefined` if it never does. */
  readonly report$: Observable<WorkerReport> | undefined;
  /** Emits when the process has exited, also to those who subscribe later. */
  readonly exited$: Observable<unknown>;
  /** The monotonic clock. */
  readonly now: () => number;
}

/** How much later than due a report may come, in ms. */
const tolerance = sampleIntervalMs / 4;

/** A report with its time of arrival. */
interface Arrived {
  readonly report: WorkerReport;
  readonly at: number;
}

/**
 * Samples a process: with each report, which is then fresh, and where none comes, by a timer. All subscribers share what is done for them.
 * Call it when the process has been forked.
 */
export const processSamples = ({ usage$, report$, exited$, now }: Sampled): Observable<ProcessSample> => {
  const forkedAt = now();
  const sample$ = (last: Arrived | undefined): Observable<ProcessSample> =>
    usage$.pipe(
      defaultIfEmpty(undefined),
      map((usage) => ({
        uptime: now() - forkedAt,
        usage,
        report: last?.report,
        age: last === undefined ? undefined : now() - last.at,
      })),
    );
  const due$: Observable<Arrived | undefined> =
    report$ === undefined
      ? timer(sampleIntervalMs, sampleIntervalMs).pipe(map(() => undefined))
      : arrivals$(report$, now).pipe(
          startWith(undefined),
          switchMap((last) => {
            const without$ = timer(sampleIntervalMs + tolerance, sampleIntervalMs).pipe(map(() => last));
            return last === undefined ? without$ : merge(of(last), without$);
          }),
        );
  return due$.pipe(exhaustMap(sample$), takeUntil(exited$), share());
};

/** A worker that reports more often than it is asked to causes no more samples. */
const arrivals$ = (report$: Observable<WorkerReport>, now: () => number): Observable<Arrived> =>
  defer(() => {
    let earliest = -Infinity;
    return report$.pipe(
      map((report) => ({ report, at: now() })),
      filter(({ at }) => at >= earliest),
      map((arrived) => {
        earliest = arrived.at + sampleIntervalMs / 2;
        return arrived;
      }),
    );
  });
