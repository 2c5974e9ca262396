/**
 * Keeps what somebody's callbacks throw from going any further: it is reported, once, until one of them has worked again.
 * The report becomes an event, and that may be the very thing they fail at. A callback that is async fails by rejecting.
 */
export const guard = (report: (thrown: unknown) => void) => {
  let failing = false;
  const fail = (thrown: unknown) => {
    if (failing) return;
    failing = true;
    report(thrown);
  };
  return <A extends readonly unknown[]>(call: (...values: A) => unknown) =>
    (...values: A): void => {
      try {
        const result = call(...values);
        failing = false;
        if (isThenable(result)) result.then(undefined, fail);
      } catch (thrown) {
        fail(thrown);
      }
    };
};

const isThenable = (result: unknown): result is Thenable =>
  typeof result === 'object' && result !== null && 'then' in result && typeof result.then === 'function';

interface Thenable {
  readonly then: (done: undefined, failed: (thrown: unknown) => void) => unknown;
}
