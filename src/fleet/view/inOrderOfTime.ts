import { Observable, type MonoTypeOperatorFunction, interval } from 'rxjs';

interface Timed {
  readonly time: number;
}

/**
 * Emits values of several sources in the order of their times: each is held for `holdMs` to twice as long, so one that comes later by less than that is in its place.
 *
 * ```
 * source  --3-1---2--------|
 * result  ------------(123)|
 * ```
 *
 * Completes with the source, after what is held; errors with it.
 */
export const inOrderOfTime =
  <T extends Timed>(holdMs: number): MonoTypeOperatorFunction<T> =>
  (source$) =>
    new Observable((subscriber) => {
      // Two generations: what came before the last tick is due at the next one.
      let due: readonly T[] = [];
      let held: T[] = [];
      const release = () => {
        // Not as arguments of Math.max: many hosts may send many lines.
        const until = due.reduce((latest, { time }) => Math.max(latest, time), -Infinity);
        const ready = [...due, ...held.filter(({ time }) => time <= until)];
        due = held.filter(({ time }) => time > until);
        held = [];
        for (const value of ready.toSorted(byTime)) subscriber.next(value);
      };
      subscriber.add(interval(holdMs).subscribe(release));
      subscriber.add(
        source$.subscribe({
          next: (value) => held.push(value),
          error: (error: unknown) => subscriber.error(error),
          complete: () => {
            for (const value of [...due, ...held].toSorted(byTime)) subscriber.next(value);
            subscriber.complete();
          },
        }),
      );
    });

const byTime = (one: Timed, other: Timed): number => one.time - other.time;
