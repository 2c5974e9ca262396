import { isReporting } from './reports.js';
import { isThenable } from '../../vocabulary/thenable.js';

/** Called with what a callback threw, and with the owner of the callback. */
export type Report = (thrown: unknown, culprit: object) => void;

/**
 * Catches what a subscriber's callbacks throw, and reports it once until one of them has succeeded again. An async callback fails when its promise rejects, and has
 * succeeded when it resolves.
 *
 * A report becomes an event, on which other subscribers may fail and be reported too. Handling a report does not count as a success. So each subscriber
 * causes at most one report between two events that are not reports, even if several fail on each other's reports.
 *
 * `culprit` is the owner of the callbacks. Reports about it are not delivered to it.
 */
export const guard = (report: Report, culprit: object = {}) => {
  let failing = false;
  const succeeded = () => {
    failing = false;
  };
  const failed = (thrown: unknown) => {
    if (failing) return;
    failing = true;
    report(thrown, culprit);
  };
  return <A extends readonly unknown[]>(call: (...values: A) => unknown) =>
    (...values: A): void => {
      try {
        // Read before the call, which may cause other deliveries.
        const countsAsSuccess = !isReporting();
        const result = call(...values);
        if (isThenable(result)) result.then(countsAsSuccess ? succeeded : undefined, failed);
        else if (countsAsSuccess) succeeded();
      } catch (thrown) {
        failed(thrown);
      }
    };
};
