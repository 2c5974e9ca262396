import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { diagram } from './diagram.js';
import { violation } from './invariants.js';
import { type History, run } from './run.js';
import { type Schedule, schedule } from './schedule.js';

const firstSeed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
const total = Number(process.env['SCHEDULES'] ?? 10_000);

/** Runs that many schedules. Throws for one that fails, and shows the smallest it can be shrunk to as a marble diagram. */
export const verify = (
  schedules: fc.Arbitrary<Schedule>,
  numRuns: number,
  check: (history: History) => string | undefined,
  seed = firstSeed,
): number => {
  const result = fc.check(
    fc.property(schedules, (one) => check(run(one)) === undefined),
    { seed, numRuns },
  );
  const [smallest] = result.counterexample ?? [];
  if (smallest === undefined) return result.numRuns;
  const which = `SEED=${seed} fails after ${result.numRuns} schedules, shrunk ${result.numShrinks} times`;
  const history = run(smallest);
  throw new Error([which, check(history), diagram(history), fc.stringify(smallest)].join('\n\n'));
};

/** How much happened, so that a generator that has gone tame is noticed. */
class Tally {
  schedules = 0;
  forks = 0;
  faults = 0;
  inRolls = 0;

  add({ events, forked }: History): void {
    this.schedules += 1;
    this.forks += forked.length;
    let rolling = false;
    for (const event of events) {
      if (event.type === 'restart-begin') rolling = true;
      if (event.type === 'restart-end' || event.type === 'restart-abort') rolling = false;
      const fault =
        event.type === 'leaving' ||
        event.type === 'overdue' ||
        (event.type === 'kill' && event.why.startsWith('still there')) ||
        (event.type === 'exit' && (event.reason === 'crash' || event.reason === 'spawn'));
      this.faults += Number(fault);
      this.inRolls += Number(fault && rolling);
    }
  }

  mean(of: 'forks' | 'faults' | 'inRolls'): string {
    return (this[of] / this.schedules).toFixed(1);
  }
}

/** The schedules of one test file: a part of them all, so that the files keep a core busy each. */
export const simulate = (part: number, parts: number): void => {
  const seed = firstSeed + part;
  const schedules = Math.ceil(total / parts);
  test(
    `no schedule of faults and commands breaks an invariant: ${schedules} with SEED=${seed}`,
    () => {
      const tally = new Tally();
      const begun = performance.now();
      const check = (history: History) => {
        tally.add(history);
        return violation(history);
      };
      const verified = verify(schedule, schedules, check, seed);
      expect(verified).toBe(schedules);
      const seconds = ((performance.now() - begun) / 1000).toFixed(1);
      console.log(
        `SEED=${seed}: ${tally.schedules} schedules in ${seconds} s, each with ` +
          `${tally.mean('forks')} forks and ${tally.mean('faults')} faults, ${tally.mean('inRolls')} of them during a roll`,
      );
      expect(tally.inRolls).toBeGreaterThan(schedules / 4);
    },
    // How fast it is, the bench says; here it must only end.
    300_000 * Math.max(1, total / 10_000),
  );
};
