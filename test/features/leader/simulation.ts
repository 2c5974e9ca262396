import * as fc from 'fast-check';
import { name } from '../../../src/features/leader/frames.js';
import type { LeaderOptions } from '../../../src/features/leader/index.js';
import { at, serves, walk } from '../../simulation/crew.js';
import type { FeatureSimulation, Invariant } from '../../simulation/feature.js';
import { among, ms, pick } from '../../simulation/arbitraries.js';
import { suspendedFor } from '../../simulation/suspension.js';

/**
 * There are never two leaders, neither by the master's events nor by what the processes believe. The leader runs and has been ready,
 * each worker has one term, and none begins after a shutdown. Without the option there is no leader.
 *
 * A decision that was made just before the shutdown can be delivered just after it. No process gets it, and that term ends at the same moment.
 */
const oneLeader: Invariant = (history) => {
  const { policy, together } = history;
  const both = together.get(name);
  if (both !== undefined) return `workers ${both.ids.join(' and ')} both lead at ${both.time} ms`;
  const led = new Set<number>();
  let leader: number | undefined;
  let stop = Infinity;
  for (const [event, crew] of walk(history)) {
    if (event.type === 'shutdown') stop = Math.min(stop, event.time);
    if (event.type === 'exit' && event.worker.id === leader) return `the leader has gone, and still leads ${at(event)}`;
    if (event.type !== 'leader-begin' && event.type !== 'leader-end') continue;
    const { id } = event.worker;
    if (!policy.leader) return `${event.type} without the option ${at(event)}`;
    if (event.type === 'leader-end') {
      if (leader !== id) return `the end of a term of worker ${id}, which did not lead, ${at(event)}`;
      leader = undefined;
      continue;
    }
    if (leader !== undefined) return `worker ${id} leads beside worker ${leader} ${at(event)}`;
    if (led.has(id)) return `a second term of worker ${id} ${at(event)}`;
    if (crew.of(event.worker)?.ready !== true) return `worker ${id} leads and was never ready ${at(event)}`;
    if (event.time > stop) return `a term begins after the shutdown ${at(event)}`;
    leader = id;
    led.add(id);
  }
  return undefined;
};

/**
 * While a worker serves there is a leader, except while the end of the last term is awaited: until the leader confirms, if it was asked to leave,
 * otherwise until it has exited.
 */
const ledWhileServing: Invariant = (history) => {
  const { policy, schedule } = history;
  if (!policy.leader) return undefined;
  let leads = false;
  let stopped = false;
  let since: number | undefined;
  for (const [event, crew] of walk(history)) {
    if (since !== undefined && event.time > since) return `nobody leads since ${since} ms ${at(event)}`;
    if (event.type === 'shutdown') stopped = true;
    if (event.type === 'leader-begin') leads = true;
    if (event.type === 'leader-end') {
      leads = false;
      const { id } = event.worker;
      const { resigns = 0, hangs } = schedule.workers[id - 1] ?? schedule.others;
      // One that hangs answers when it goes on.
      const by = hangs !== undefined ? Infinity : (crew.of(event.worker)?.retiredAt ?? Infinity) + resigns;
      if (event.time > by + suspendedFor(history)) return `the term of worker ${id} was over at ${by} ms ${at(event)}`;
    }
    since = leads || stopped || crew.count(serves) === 0 ? undefined : (since ?? event.time);
  }
  return undefined;
};

/** The leader in the simulation. */
export const leader: FeatureSimulation<LeaderOptions> = {
  options: { leader: among([2, true], [1, false]) },
  fixed: { leader: true },
  invariants: { oneLeader, ledWhileServing },
  triggers: ['leader-begin', 'leader-end'],
  // Most workers confirm at once that they no longer lead, some late, and some never.
  behaviour: pick(
    [10, fc.constant({})],
    [3, fc.record({ resigns: ms(1, 12) })],
    [1, fc.constant({ resigns: Infinity })],
  ),
};
