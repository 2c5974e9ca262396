import { isReporting } from './reports.js';
import { isThenable } from '../../vocabulary/thenable.js';

/** Is told what a callback threw, and whose callback it was. */
export type Report = (thrown: unknown, culprit: object) => void;

/**
 * Catches what somebody's callbacks throw, and reports it once until one of them has worked again. A callback that is async fails by rejecting, and has
 * worked when its promise resolves.
 *
 * A report becomes an event, and others may fail at that: then they are reported too. Handling a report does not count as working. So each subscriber
 * causes at most one report between two events that are no reports, however many of them fail at each other's reports.
 *
 * `culprit` is who has given the callbacks. What reports are delivered with leaves it out.
 */
export const guard = (report: Report, culprit: object = {}) => {
  let failing = false;
  const worked = () => {
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
        // Before the call, which may lead to other deliveries.
        const proves = !isReporting();
        const result = call(...values);
        if (isThenable(result)) result.then(proves ? worked : undefined, failed);
        else if (proves) worked();
      } catch (thrown) {
        failed(thrown);
      }
    };
};
