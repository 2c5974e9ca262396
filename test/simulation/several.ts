import * as fc from 'fast-check';
import { type Command, commands, type Schedule, schedule } from './schedule.js';
import { among, ms, pick } from './arbitraries.js';

/** How several clusters are put together: `merge`d, each `apart` from the failures of the others, or under a supervisor. */
type Together = 'merge' | 'apart' | 'one_for_all' | 'rest_for_one';

/** Everything that happens to several clusters of one master, as plain data. */
export interface Several {
  readonly together: Together;
  /** Each cluster: what happens in its first run, in its second …, and the last for all later ones. `absent`: it cannot even start. */
  readonly clusters: readonly (readonly (Schedule | 'absent')[])[];
  readonly intensity: number;
  readonly period: number;
  /** Done to all of them. `on` an event of any. */
  readonly commands: readonly Command[];
  /** When all of them are shut down for good, in ms. */
  readonly until: number;
}

/** The machine is suspended only under one cluster: the others would have to know. */
const here = (commands: readonly Command[]): readonly Command[] => commands.filter(({ act }) => act !== 'suspend');

/** Workers that crash until their cluster gives up. */
const givesUp = (one: Schedule, maxForkCount: number, after: number): Schedule => ({
  ...one,
  rules: { ...one.rules, maxForkCount, minUptime: 40, respawn: 'permanent' },
  workers: one.workers.slice(0, 2),
  others: { crashes: { after, code: 1 } },
});

const failing: fc.Arbitrary<Schedule> = fc
  .tuple(schedule, ms(1, 2), ms(1, 12))
  .map(([one, maxForkCount, after]) => givesUp(one, maxForkCount, after));

/** Most are left to the end of all, some are shut down by name before. */
const life: fc.Arbitrary<Schedule | 'absent'> = pick<Schedule | 'absent'>(
  [4, fc.tuple(schedule, among([3, 1_000], [1, 0])).map(([one, more]) => tame(one, more))],
  [4, failing.map((one) => tame(one, 1_000))],
);

/** What ends all is rarer where there are so many that could, and what takes many workers is tried with one cluster. */
const tame = ({ rules, commands, until, ...rest }: Schedule, more: number): Schedule => ({
  ...rest,
  until: until + more,
  rules: { ...rules, worker: Math.min(3, rules.worker) },
  commands: here(commands).slice(0, 1),
});

export const several: fc.Arbitrary<Several> = fc.record({
  together: among<Together>([4, 'one_for_all'], [4, 'rest_for_one'], [1, 'merge'], [2, 'apart']),
  clusters: fc.array(fc.array(pick([30, life], [1, fc.constant('absent' as const)]), { minLength: 1, maxLength: 3 }), {
    minLength: 2,
    maxLength: 3,
  }),
  intensity: ms(0, 3),
  period: pick([1, ms(0, 20)], [2, ms(20, 200)]),
  commands: pick([2, fc.constant<readonly Command[]>([])], [3, commands.map((some) => here(some).slice(0, 2))]),
  until: fc.noBias(ms(30, 250)),
});
