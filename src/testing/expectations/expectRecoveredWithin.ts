import type { ClusterStatus, SlotStatus } from '../../status.js';
import { checkValue } from '../../validation/check.js';
import { time } from '../../validation/rule.js';
import type { Simulation } from '../simulation.js';
import { ExpectationError } from './expectationError.js';
import { statusesOf } from './statuses.js';

/**
 * Throws `ExpectationError` unless, each time a worker crashes or cannot be started, its slot has a worker that serves so many ms later at the latest.
 * It says nothing about a slot that is closed within this time, and about the time after a shutdown that was asked for, or after the end of the simulation.
 *
 * @example
 * expectRecoveredWithin(simulate({ worker: 2 }, { duration: 60_000, workers: [{ crashes: { after: 5_000 } }] }), 3_000);
 */
export const expectRecoveredWithin = (simulation: Simulation, ms: number): void => {
  checkValue('expectRecoveredWithin', time, ms);
  const wrong = (slot: number, crashedAt: number, problem: string, at: number): ExpectationError => {
    const expected = `expected slot ${slot} to recover within ${ms} ms from its crash at ${crashedAt} ms`;
    return new ExpectationError(`${expected}, and ${problem}`, simulation, at, crashedAt);
  };
  /** Since when slots have not recovered. */
  const crashed = new Map<number, number>();
  for (const { from, to, status } of statusesOf(simulation)) {
    const down = new Map(status.slots.filter(isDown).map((slot) => [slot.slot, slot]));
    for (const slot of crashed.keys()) if (!down.has(slot)) crashed.delete(slot);
    for (const [slot, { lastExit }] of down)
      if (hasCrashedAt(lastExit, from)) crashed.set(slot, crashed.get(slot) ?? from);
    for (const [slot, crashedAt] of crashed) {
      if (hasFailed(simulation, status, slot)) throw wrong(slot, crashedAt, `the cluster ended at ${from} ms`, from);
      if (isEnding(status)) continue;
      if (to > crashedAt + ms) throw wrong(slot, crashedAt, `at ${crashedAt + ms} ms it had not`, crashedAt + ms);
    }
  }
};

/** It is open, and has no worker that serves. */
const isDown = ({ state, workers }: SlotStatus): boolean =>
  state !== 'closing' && !workers.some((worker) => worker.state === 'ready' || worker.state === 'available');

const hasCrashedAt = (lastExit: SlotStatus['lastExit'], at: number): boolean =>
  lastExit?.time === at && (lastExit.reason === 'crash' || lastExit.reason === 'spawn');

const isEnding = ({ phase }: ClusterStatus): boolean => phase === 'shutting-down' || phase === 'ended';

/** The cluster ends because it gave up, or because its slots stay empty. */
const hasFailed = ({ ending }: Simulation, status: ClusterStatus, slot: number): boolean =>
  isEnding(status) &&
  (ending === 'error' || status.slots.some((other) => other.slot === slot && other.state === 'vacant'));
