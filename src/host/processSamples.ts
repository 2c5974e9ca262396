import { Observable, share, Subscription, takeUntil } from 'rxjs';
import { type ProcessSample, type ProcessUsage, sampleIntervalMs, type WorkerReport } from '../vocabulary/stats.js';
import type { Deadlines } from './deadlines.js';

interface Sampled {
  /** Emits once what the operating system knows. */
  readonly usage$: Observable<ProcessUsage>;
  /** While subscribed the process reports each `sampleInterval`; `undefined` if it never does. */
  readonly report$: Observable<WorkerReport> | undefined;
  /** Emits when the process has exited, also to those who subscribe later. */
  readonly exited$: Observable<unknown>;
  /** The monotonic clock. */
  readonly now: () => number;
  /** When a report is missed. */
  readonly deadlines: Deadlines;
}

/** How much later than due a report may come, in ms. */
const tolerance = sampleIntervalMs / 4;

/** A report with its time of arrival. */
interface Arrived {
  readonly report: WorkerReport;
  readonly at: number;
}

/**
 * Samples a process: with each report, which is then fresh, and where none comes, each second without one. All subscribers share what is done for them.
 * A worker that reports more often than it is asked to causes no more samples. Call it when the process has been forked.
 *
 * Written by hand, because it is what an idle master does all the time.
 */
export const processSamples = ({ usage$, report$, exited$, now, deadlines }: Sampled): Observable<ProcessSample> => {
  const forkedAt = now();
  return new Observable<ProcessSample>((subscriber) => {
    let last: Arrived | undefined;
    let taking = Subscription.EMPTY;
    subscriber.add(() => taking.unsubscribe());
    const take = () => {
      // The last one is still being taken.
      if (!taking.closed) return;
      let usage: ProcessUsage | undefined;
      taking = usage$.subscribe({
        next: (known) => (usage = known),
        error: (error) => subscriber.error(error),
        complete: () =>
          subscriber.next({
            uptime: now() - forkedAt,
            usage,
            report: last?.report,
            age: last === undefined ? undefined : now() - last.at,
          }),
      });
    };
    const unreported = deadlines(now() + sampleIntervalMs + (report$ === undefined ? 0 : tolerance), (at) => {
      take();
      return at + sampleIntervalMs;
    });
    subscriber.add(unreported.end);
    subscriber.add(
      report$?.subscribe((report) => {
        const at = now();
        if (last !== undefined && at < last.at + sampleIntervalMs / 2) return;
        last = { report, at };
        unreported.putOff(at + sampleIntervalMs + tolerance);
        take();
      }),
    );
  }).pipe(takeUntil(exited$), share());
};
