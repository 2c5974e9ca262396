// What would a longer backoff have done? A database was away for 20 s, and each worker that started meanwhile crashed.
// The events come from a simulation here; those of a recording are the same.
import { decisionsOf, replayedDecisions, reproduce, scriptOf } from 'proteus-cluster/reproduce';
import { simulate } from 'proteus-cluster/testing';

const options = { worker: 2, maxForkCount: 20, backoff: { initial: 100, max: 1_000, jitter: 0 } };
const away = { crashes: { after: 500, code: 1, message: 'no database' } };
const healthy = { online: 100, listening: 200 };
const { events } = simulate(options, {
  duration: 120_000,
  workers: (_, fork) => (fork <= 2 ? { ...healthy, crashes: { after: 60_000, code: 1 } } : fork <= 20 ? away : healthy),
});

const { config, script, decisions, assumptions } = reproduce(events, options);
console.log(assumptions.join('\n'));

// The simulation of the recorded lives decides as the master did.
console.log(JSON.stringify(replayedDecisions(config, script)) === JSON.stringify(decisions));

// And with another backoff?
const longer = simulate({ ...config, backoff: { initial: 2_000, max: 30_000 } }, scriptOf(script));
const forks = (list) => list.filter(({ type }) => type === 'fork').length;
console.log(`${forks(events)} forks, and with a longer backoff ${forks(longer.events)}`);
console.log(decisionsOf(longer.events)['slot 1']);
