import { Observable, share, Subscription, takeUntil } from 'rxjs';
import { type ProcessSample, type ProcessUsage, sampleIntervalMs, type WorkerReport } from '../vocabulary/stats.js';
import type { Deadlines } from './deadlines.js';

interface Sampled {
  /** Emits once what the operating system knows. */
  readonly usage$: Observable<ProcessUsage>;
  /** While subscribed the process reports each `sampleIntervalMs`; `undefined` if it never does. */
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

/** Deadlines are multiples of this, so that one timer serves all processes that report at the same moment. In ms. */
const deadlineStep = 50;
const deadlineAfter = (at: number): number =>
  Math.floor((at + sampleIntervalMs + tolerance) / deadlineStep) * deadlineStep;

/** A report with its time of arrival. `sampled`: with it the process has been sampled, and had used so much CPU time by then, in ms. */
interface Arrived {
  readonly report: WorkerReport;
  readonly at: number;
  readonly sampled?: { readonly cpu: number | undefined };
}

/** What a process uses in a second in which it does nothing. The system may count in steps of this. In ms. */
const idleCpu = 10;

/**
 * A process that does nothing leaves out every other report. Where the system says the same, it has nothing else to report: its last report, a second later.
 * Not for longer, because a process that waits for ever does nothing, too.
 */
const continued = (last: Arrived, at: number, usage: ProcessUsage | undefined): Arrived => {
  if (at - last.at >= 2 * sampleIntervalMs) return last;
  if (usage !== undefined && (usage.state === 'stopped' || usage.cpu - (last.sampled?.cpu ?? usage.cpu) > idleCpu))
    return last;
  return { ...last, report: { ...last.report, uptime: last.report.uptime + sampleIntervalMs } };
};

/**
 * Samples a process: with each report, which is then fresh, and where none comes, each second with the last one. All subscribers share what is done for them.
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
        complete: () => {
          const at = now();
          // Not by who has asked: a report may come while the system is asked.
          if (last !== undefined)
            last = last.sampled === undefined ? { ...last, sampled: { cpu: usage?.cpu } } : continued(last, at, usage);
          subscriber.next({
            uptime: at - forkedAt,
            usage,
            report: last?.report,
            age: last === undefined ? undefined : at - last.at,
          });
        },
      });
    };
    const unreported = deadlines(now() + sampleIntervalMs + (report$ === undefined ? 0 : tolerance), (at) => {
      take();
      // A master that was stopped for long makes up for nothing.
      return Math.max(at + sampleIntervalMs, now() + tolerance);
    });
    subscriber.add(unreported.end);
    subscriber.add(
      report$?.subscribe((report) => {
        const at = now();
        if (last !== undefined && at < last.at + sampleIntervalMs / 2) return;
        last = { report, at };
        unreported.putOff(deadlineAfter(at));
        take();
      }),
    );
  }).pipe(takeUntil(exited$), share());
};
