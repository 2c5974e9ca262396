import { Observable, type OperatorFunction, type Subscription, timer } from 'rxjs';

/** The longest delay of `setTimeout`; a longer one fires at once. */
const maxTimerMs = 2 ** 31 - 1;

/**
 * Says with each value which of its waits have lasted their time. A wait is a name and a time in ms, and lasts for as long as each value has it: one that is interrupted begins anew.
 *
 * ```
 * source                 a----b----c-------      a, b and c wait 7 for x; a and c wait 2 for y
 * withPassed(…)          a-A--b-B--c-C-----      A: y has passed   B: x has passed   C: x and y
 * ```
 *
 * `waitsOf` is also given what has passed, because more waits can follow from that. Completes and errors with the source.
 */
export const withPassed =
  <T>(
    waitsOf: (value: T, passed: ReadonlySet<string>) => ReadonlyMap<string, number>,
  ): OperatorFunction<T, readonly [T, ReadonlySet<string>]> =>
  (source$) =>
    new Observable((subscriber) => {
      const running = new Map<string, Subscription>();
      const passed = new Set<string>();

      const tell = (value: T): void => {
        latest = value;
        const waits = waitsOf(value, passed);
        for (const [name, wait] of running) {
          if (waits.has(name)) continue;
          wait.unsubscribe();
          running.delete(name);
          passed.delete(name);
        }
        for (const [name, ms] of waits) if (!running.has(name)) running.set(name, begin(name, ms));
        subscriber.next([value, new Set(passed)]);
      };
      const begin = (name: string, ms: number): Subscription =>
        timer(Math.min(ms, maxTimerMs)).subscribe(() => {
          passed.add(name);
          tell(latest);
        });

      let latest: T;
      subscriber.add(() => running.forEach((wait) => wait.unsubscribe()));
      subscriber.add(
        source$.subscribe({
          next: tell,
          error: (error) => subscriber.error(error),
          complete: () => subscriber.complete(),
        }),
      );
    });
