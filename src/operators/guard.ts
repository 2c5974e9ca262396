/**
 * Keeps what somebody's callbacks throw from going any further: it is reported, once, until one of them has worked again.
 * The report becomes an event, and that may be the very thing they fail at.
 */
export const guard = (report: (thrown: unknown) => void) => {
  let failing = false;
  return <A extends readonly unknown[]>(call: (...values: A) => void) =>
    (...values: A): void => {
      try {
        call(...values);
        failing = false;
      } catch (thrown) {
        if (!failing) {
          failing = true;
          report(thrown);
        }
      }
    };
};
