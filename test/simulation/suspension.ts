import type { TestScheduler } from 'rxjs/testing';
import type { History } from './run.js';

/** How long the machine is suspended, in ms: longer than any timeout of `health` in the schedules. */
export const suspensionMs = 50;

/** When the machine was suspended. */
export interface Suspension {
  readonly from: number;
  readonly until: number;
}

/** Suspends the machine with all its processes: what is due meanwhile is late, and happens when it goes on. */
export const suspend = (scheduler: TestScheduler): void => {
  const until = scheduler.frame + suspensionMs;
  for (const action of scheduler.actions) action.delay = Math.max(action.delay, until);
  // Sorts them: what is due in the same moment comes in the order in which it was scheduled.
  scheduler.schedule(() => {});
};

/** For how long the machine was suspended between two times, in ms. */
export const suspendedFor = ({ suspended }: Pick<History, 'suspended'>, after = 0, before = Infinity): number =>
  suspended.reduce((sum, { from, until }) => sum + Math.max(0, Math.min(until, before) - Math.max(from, after)), 0);
