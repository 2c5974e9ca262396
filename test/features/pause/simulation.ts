import * as fc from 'fast-check';
import type { PauseCommand } from '../../../src/features/pause/commands.js';
import type { ClusterEvent } from '../../../src/features/index.js';
import { name } from '../../../src/features/pause/frames.js';
import { among, ms, pick } from '../../simulation/arbitraries.js';
import { at, type Life, serves, stays, walk } from '../../simulation/crew.js';
import type { FeatureAct, FeatureSimulation, Invariant } from '../../simulation/feature.js';

/**
 * The last worker that serves is not paused. One that is lost in the same moment may be told before the pause that was decided
 * while it was there: then the paused one is asked back at once.
 */
const lastServes: Invariant = ({ events, policy, schedule }) => {
  // Each of those that are asked before takes its time.
  const slowest = Math.max(0, ...[...schedule.workers, schedule.others].map(({ turns = 0 }) => turns));
  const bound = (schedule.commands.length + 2) * (slowest + 1);
  // One that hangs cannot answer.
  const hangs = (id: number) => (schedule.workers[id - 1] ?? schedule.others).hangs !== undefined;
  let lonely: ClusterEvent | undefined;
  let lost = -1;
  let stopped = false;
  for (const [event, crew] of walk({ events, policy })) {
    if (event.type === 'shutdown') stopped = true;
    if (event.type === 'exit' || event.type === 'retire' || event.type === 'leaving' || event.type === 'kill')
      lost = event.time;
    if (event.type === 'disconnect' || event.type === 'scale' || event.type === 'replace-end') lost = event.time;
    if (event.type === 'pause' && !stopped && crew.count(serves) === 0 && lost < event.time)
      return `worker ${event.worker.id} was the last that served ${at(event)}`;
    // Who is paused while nobody serves is asked back, and answers, or does not. One that was asked to leave is not.
    const asked = (life: Life) => life.withdrawn && life.ready && stays(life) && !hangs(life.id);
    const held = crew.count(asked) > 0;
    const alone = !stopped && held && crew.count(serves) === 0;
    if (!alone) lonely = undefined;
    else lonely ??= event;
    if (lonely !== undefined && event.time > lonely.time + bound)
      return `nobody has served since ${at(lonely)} although a worker is paused, ${at(event)}`;
  }
  return undefined;
};

/** A worker is paused when it is ready, once until it is resumed; every pause ends with `resume`, before the exit at the latest, unless the cluster ends first. */
const pausesEnd: Invariant = (history) => {
  const paused = new Set<number>();
  for (const [event, crew] of walk(history)) {
    if (event.type === 'exit' && paused.has(event.worker.id))
      return `worker ${event.worker.id} is gone, and its pause is not over ${at(event)}`;
    if (event.type === 'pause') {
      if (paused.has(event.worker.id)) return `worker ${event.worker.id} is paused twice ${at(event)}`;
      if (crew.of(event.worker)?.ready !== true) return `worker ${event.worker.id} was never ready ${at(event)}`;
      paused.add(event.worker.id);
    }
    if (event.type === 'resume' && !paused.delete(event.worker.id))
      return `worker ${event.worker.id} is resumed and was not paused ${at(event)}`;
  }
  const isOver = history.end === 'complete' || history.end === 'error';
  return isOver && paused.size > 0 ? `the pauses of ${[...paused].join(', ')} never ended` : undefined;
};

const ask = (letter: string, asked: PauseCommand['asked'], slot: number): FeatureAct => ({
  letter,
  command: { type: 'feature', feature: name, command: { asked, slot, why: `${asked}()` } satisfies PauseCommand },
});

/** Pauses in the simulation. */
export const pause: FeatureSimulation = {
  options: {},
  fixed: {},
  invariants: { lastServes, pausesEnd },
  triggers: ['pause', 'resume', 'pause-refused'],
  acts: {
    'pause: slot 1': ask('p', 'pause', 1),
    'pause: slot 2': ask('P', 'pause', 2),
    'pause: end in slot 1': ask('q', 'resume', 1),
    'pause: end in slot 2': ask('Q', 'resume', 2),
  },
  behaviour: pick(
    [10, fc.constant({})],
    [3, fc.record({ turns: ms(1, 12) })],
    [1, fc.record({ turns: among([1, Infinity]) })],
    [1, fc.constant({ cannotPause: 'it cannot' })],
  ),
};
