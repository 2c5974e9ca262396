import type { ClusterEvent } from '../../features/index.js';
import { hasType } from '../../operators/events/hasType.js';
import { check, checkValue } from '../../validation/check.js';
import { oneOf, or, text, whole } from '../../validation/rule.js';
import type { EventOf, RestartResult } from '../../vocabulary/events.js';
import type { Simulation } from '../simulation.js';
import { ExpectationError } from './expectationError.js';

/** Which restart it is, and why it failed. */
export interface ExpectedRestart {
  /** The first restart is 1. Default: the last that has begun. */
  readonly restart?: number | undefined;
  /** Part of the reason why it was aborted or cancelled, or an expression that matches it. */
  readonly why?: string | RegExp | undefined;
}

/**
 * Throws `ExpectationError` unless a restart ends so: `done`, `aborted` because a replacement failed, or `cancelled` by a shutdown.
 *
 * @example
 * const workers = byFork([{}, {}], { crashes: { after: 10 } });
 * const release = simulate({ worker: 2 }, { duration: 60_000, workers, inputs: [{ at: 5_000, input: 'restart' }] });
 * expectRestart(release, 'aborted', { why: 'exited with code 1' });
 */
export const expectRestart = (
  simulation: Simulation,
  outcome: RestartResult['outcome'],
  expected: ExpectedRestart = {},
): void => {
  checkValue('expectRestart', oneOf('done', 'aborted', 'cancelled'), outcome);
  const pattern = or(text, (value) => value instanceof RegExp, 'a RegExp');
  check('expectRestart.', { ...expected }, { restart: whole(1), why: pattern });
  const { events, endedAt } = simulation;
  const begun = events.filter(hasType('restart-begin'));
  const { restart = begun.at(-1)?.roll, why } = expected;
  const begin = begun.find(({ roll }) => roll === restart);
  const name = `expected restart ${restart ?? ''}`.trimEnd();
  const fail = (problem: string, at: number): never => {
    throw new ExpectationError(
      `${name} to be ${outcome}${why === undefined ? '' : ` (${String(why)})`}, and ${problem}`,
      simulation,
      at,
    );
  };
  if (begin === undefined) return fail(`${begun.length} have begun`, endedAt);
  const end = events.find(endsRoll(begin.roll));
  if (end === undefined) return fail('it has not ended', endedAt);
  const { result, time } = end;
  const reason = result.cause === undefined ? '' : `: ${result.cause.why}`;
  if (result.outcome !== outcome || !matches(reason, why))
    fail(`at ${time} ms it was ${result.outcome}${reason}`, time);
};

type RestartEnd = EventOf<ClusterEvent, 'restart-end' | 'restart-abort'>;

const endsRoll =
  (roll: number) =>
  (event: ClusterEvent): event is RestartEnd =>
    (event.type === 'restart-end' || event.type === 'restart-abort') && event.roll === roll;

const matches = (reason: string, why: string | RegExp = ''): boolean =>
  typeof why === 'string' ? reason.includes(why) : why.test(reason);
