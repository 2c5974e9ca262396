import { check, checkValue } from '../../validation/check.js';
import { time, whole } from '../../validation/rule.js';
import type { Simulation } from '../simulation.js';
import { ExpectationError } from './expectationError.js';
import { statusesOf } from './statuses.js';

/** Between which times, in ms. */
export interface Span {
  /** Default: when all first workers are ready. */
  readonly from?: number | undefined;
  /** Default: when a shutdown begins. */
  readonly to?: number | undefined;
}

/**
 * Throws `ExpectationError` unless at all times so many slots, or more, have a worker that serves: ready, in rotation, not hung and not leaving.
 * From when all first workers are ready until a shutdown begins, or between the times that are given.
 *
 * @example
 * expectNeverFewerReady(simulate({ worker: 2 }, { duration: 60_000, inputs: [{ at: 5_000, input: 'restart' }] }), 2);
 */
export const expectNeverFewerReady = (simulation: Simulation, count: number, span: Span = {}): void => {
  checkValue('expectNeverFewerReady', whole(0), count);
  check('expectNeverFewerReady.', { ...span }, { from: time, to: time });
  const { events, endedAt } = simulation;
  const expected = `expected never fewer than ${count} ready`;
  const { from = events.find(({ type }) => type === 'started')?.time } = span;
  const { to = events.find(({ type }) => type === 'shutdown')?.time ?? Infinity } = span;
  if (from === undefined)
    throw new ExpectationError(`${expected}, and the first workers were never all ready`, simulation, endedAt);
  for (const lasting of statusesOf(simulation)) {
    const { ready } = lasting.status;
    if (ready >= count || lasting.to <= from || lasting.from >= to) continue;
    const at = Math.max(from, lasting.from);
    throw new ExpectationError(`${expected}, got ${ready} at ${at} ms`, simulation, at);
  }
};
