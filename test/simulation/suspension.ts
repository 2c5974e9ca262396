import type { History } from './run.js';
import type { VirtualTime } from '../../src/testing/virtualTime.js';

/** How long the machine is suspended, in ms: longer than any timeout of `health` in the schedules. */
export const suspensionMs = 50;

/** When the machine was suspended. */
export interface Suspension {
  readonly from: number;
  readonly until: number;
}

/** Suspends the machine with all its processes: what is due meanwhile is late, and happens when it goes on. */
export const suspend = (time: VirtualTime): void => time.suspend(suspensionMs);

/** For how long the machine was suspended between two times, in ms. */
export const suspendedFor = ({ suspended }: Pick<History, 'suspended'>, after = 0, before = Infinity): number =>
  suspended.reduce((sum, { from, until }) => sum + Math.max(0, Math.min(until, before) - Math.max(from, after)), 0);
