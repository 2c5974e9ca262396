import { Subject, asyncScheduler } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { rehearse, simulatedHost } from 'proteus-cluster/testing';
import { bare } from './bare.js';
import { atLeast, interleave, row } from './pairs.js';
import { schedules } from './schedules.js';

const count = 200;
const tally = { forks: 0, events: 0 };

/** Runs a schedule in virtual time. `begin` starts a cluster and returns functions for its restart and shutdown. */
const run = ({ config, workers, others, commands, until }, begin) =>
  new TestScheduler(() => {}).run(() => {
    const host = simulatedHost({
      behave: (_, fork) => {
        tally.forks += 1;
        return workers[fork - 1] ?? others;
      },
    });
    const acts = begin(host, config, () => (tally.events += 1));
    for (const { act, at } of commands) asyncScheduler.schedule(acts[act], at);
    asyncScheduler.schedule(acts.shutdown, until);
  });

const withOperators = (host, config, tell) => {
  const wishes$ = new Subject();
  rehearse(host, config, wishes$).subscribe({ next: tell, error: () => {} });
  return {
    restart: () => wishes$.next({ type: 'restart', request: 'bench', why: 'bench' }),
    shutdown: () => wishes$.next({ type: 'shutdown', force: false, why: 'bench' }),
  };
};

const without = (host, config, tell) => {
  const { restart, stop } = bare(host, config, tell);
  return { restart, shutdown: stop };
};

const timed = (lives, begin) => () => {
  Object.assign(tally, { forks: 0, events: 0 });
  const begun = performance.now();
  for (const life of lives) run(life, begin);
  const seconds = (performance.now() - begun) / 1_000;
  return { rate: lives.length / seconds, forks: tally.forks / lives.length, events: tally.events / lives.length };
};

/** Random schedules in virtual time, compared with the same schedules under a master written with callbacks. */
export const measure = async (pairs) => {
  const lives = schedules(count, 2012);
  const samples = await interleave('simulation', pairs, {
    minimal: timed(lives, without),
    proteus: timed(lives, withOperators),
    again: timed(lives, without),
  });
  return [
    row('simulated schedules, against callbacks on the bare host', samples, ({ rate }) => rate, {
      unit: '/s',
      goal: atLeast(0.4),
    }),
    row('forks in a schedule', samples, ({ forks }) => forks, { digits: 2 }),
    row('events in a schedule', samples, ({ events }) => events, { digits: 1 }),
  ];
};
