import { asyncScheduler, Observable, timer } from 'rxjs';

/** The longest delay of `setTimeout`; a longer one fires at once. */
const maxTimerMs = 2 ** 31 - 1;

/**
 * Emits values with the times between them, divided by `speed`. Asks for the next value when the one before has been emitted. Uses the timers of RxJS, so a TestScheduler drives it.
 *
 * ```
 * times      0--3----8
 * speed 1    a--b----(c|)
 * ```
 */
export const pace = <T extends { readonly time: number }>(
  open: () => Generator<T, void, undefined>,
  speed: number,
): Observable<T> =>
  new Observable((subscriber) => {
    const values = open();
    const begun = asyncScheduler.now();
    /** When the next value is due, in ms since the beginning. */
    let due = 0;
    let last: number | undefined;
    let isReading = false;

    const read = (): IteratorResult<T, void> => {
      isReading = true;
      try {
        return values.next();
      } finally {
        isReading = false;
      }
    };
    const close = (): void => {
      if (!isReading) values.return();
    };

    const waitFor = ({ time }: T): number => {
      // The clock of the recorded master may have been set back.
      const gap = Math.max(0, time - (last ?? time)) / speed;
      due += gap;
      last = time;
      // Not longer than the gap, if the clock of this process is set back.
      return Math.min(due - (asyncScheduler.now() - begun), gap, maxTimerMs);
    };

    const emitDue = (): void => {
      try {
        while (!subscriber.closed) {
          const { done, value } = read();
          if (done === true) return subscriber.complete();
          const wait = waitFor(value);
          if (wait > 0) return emitLater(value, wait);
          subscriber.next(value);
        }
        close();
      } catch (error) {
        subscriber.error(error);
      }
    };

    const emitLater = (value: T, wait: number): void => {
      const waiting = timer(wait).subscribe(() => {
        subscriber.remove(waiting);
        subscriber.next(value);
        emitDue();
      });
      subscriber.add(waiting);
    };

    subscriber.add(close);
    emitDue();
  });
