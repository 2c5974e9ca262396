import { Subject, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { rehearse, simulate, simulatedHost } from 'proteus-cluster/testing';
import { atLeast, interleave, row } from './pairs.js';

const hour = 3_600_000;
const hours = 24;
const config = { worker: 4, backoff: { jitter: 0 } };
/** Every third worker crashes after some hours, and each hour there is a restart: what happens in a day to a service with a continuous deployment. */
const behave = (_, fork) =>
  fork % 3 === 0 ? { listening: 2_000, crashes: { after: 2 * hour + fork } } : { listening: 2_000 };
const restarts = Array.from({ length: hours - 1 }, (_, index) => (index + 1) * hour);

/** The same under RxJS's TestScheduler. */
const underTestScheduler = () => {
  let events = 0;
  new TestScheduler(() => {}).run(() => {
    const commands$ = new Subject();
    const running = rehearse(simulatedHost({ behave }), config, commands$).subscribe(() => (events += 1));
    for (const at of restarts)
      timer(at).subscribe(() => commands$.next({ type: 'restart', request: 'bench', why: 'bench' }));
    timer(hours * hour).subscribe(() => running.unsubscribe());
  });
  return events;
};

const simulated = () =>
  simulate(config, {
    duration: hours * hour,
    workers: behave,
    inputs: restarts.map((at) => ({ at, input: 'restart' })),
  }).events.length;

const repeats = 5;
const timed = (run) => () => {
  const begun = process.cpuUsage();
  let events = 0;
  for (let count = 0; count < repeats; count += 1) events = run();
  const { user, system } = process.cpuUsage(begun);
  const seconds = (user + system) / 1_000_000;
  return { hours: (repeats * hours) / seconds, events };
};

/** Hours of a cluster in a second of CPU time, compared with the same hours under RxJS's own virtual time. */
export const measure = async (pairs) => {
  const samples = await interleave('simulated-hours', pairs, {
    minimal: timed(underTestScheduler),
    proteus: timed(simulated),
    again: timed(underTestScheduler),
  });
  return [
    row('hours of a cluster in a second of CPU time, against TestScheduler', samples, (sample) => sample.hours, {
      unit: ' h/s',
      goal: { ...atLeast(100, ' h/s'), own: true },
    }),
    row('events in these 24 hours', samples, ({ events }) => events, {}),
  ];
};
