import { Subscription, timer } from 'rxjs';

/** Something that is due at a time. Times are those of the clock. */
interface Deadline {
  /** It is due at another time instead. Sets no timer, so it may be called often. */
  readonly putOff: (at: number) => void;
  readonly end: () => void;
}

/** `reached` returns when it is due again. */
export type Deadlines = (at: number, reached: (at: number) => number) => Deadline;

/** Deadlines that share one timer: it is set for the earliest of them, and again when it has run. So what is always put off in time costs almost nothing. */
export const deadlines = (now: () => number): Deadlines => {
  const waiting = new Set<{ at: number; readonly reached: (at: number) => number }>();
  let timing = Subscription.EMPTY;
  let setFor = Infinity;

  const set = () => {
    const earliest = Math.min(...Array.from(waiting, ({ at }) => at));
    if (earliest >= setFor) return;
    timing.unsubscribe();
    setFor = earliest;
    timing = timer(Math.max(0, Math.ceil(earliest - now()))).subscribe(run);
  };
  const run = () => {
    setFor = Infinity;
    for (const deadline of waiting) if (deadline.at <= now()) deadline.at = deadline.reached(deadline.at);
    set();
  };
  return (at, reached) => {
    const deadline = { at, reached };
    waiting.add(deadline);
    set();
    return {
      putOff: (later) => {
        deadline.at = later;
      },
      end: () => {
        waiting.delete(deadline);
        if (waiting.size > 0) return;
        timing.unsubscribe();
        setFor = Infinity;
      },
    };
  };
};
