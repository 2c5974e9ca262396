import { Subject } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { rehearse, simulatedHost } from 'proteus-cluster/testing';
import { bare } from './bare.js';
import { withClock } from './clock.js';
import { atMost, interleave, row } from './pairs.js';

/** How many times the slots are gone through: 4 slots live the longer for it. */
const turns = 800;

const rules = (worker) => ({ worker, minUptime: 10, minReadyTime: 5, backoff: { jitter: 0 } });

/** Workers crash, each some 50 ms after its start, and are replaced at once. */
const crashes = {
  host: () => simulatedHost({ behave: ({ slot }, fork) => ({ crashes: { after: 40 + ((7 * slot + fork) % 20) } }) }),
  follow: () => {},
  span: (worker) => (50 * turns) / worker,
};

/** One rolling restart after the other: with the default surge, so that 200 slots roll 50 at a time. */
const rolls = {
  host: () => simulatedHost(),
  follow: ({ type }, restart) => {
    if (type === 'started' || type === 'restart-end') restart();
  },
  span: (worker) => (50 * turns) / worker,
};

/** A cluster with so many slots, and how many events it has told. */
const live = (traffic, worker) => {
  let events = 0;
  const wishes$ = new Subject();
  const restart = () => wishes$.next({ type: 'restart', request: 'bench', why: 'bench' });
  const running = rehearse(traffic.host(), rules(worker), wishes$).subscribe((event) => {
    events += 1;
    traffic.follow(event, restart);
  });
  return { events: () => events, end: () => running.unsubscribe() };
};

/** The same crashes under the callbacks of bare.js: what of the difference is not ours. */
const bareCrashes = {
  ...crashes,
  live: (worker) => {
    let events = 0;
    const { stop } = bare(crashes.host(), { ...rules(worker), disconnectTimeout: 120_000 }, () => (events += 1));
    return { events: () => events, end: stop };
  },
};

const begin = (traffic, worker) => traffic.live?.(worker) ?? live(traffic, worker);

const timed = (run) => () => {
  const begun = performance.now();
  const events = run();
  return { events, cost: (1_000 * (performance.now() - begun)) / events };
};

const onHeap = (traffic, worker) =>
  timed(() =>
    withClock((runUntil) => {
      const { events, end } = begin(traffic, worker);
      runUntil(traffic.span(worker));
      end();
      return events();
    }),
  );

const onTestScheduler = (traffic, worker) =>
  timed(() => {
    const scheduler = new TestScheduler(() => {});
    return scheduler.run(() => {
      const { events, end } = begin(traffic, worker);
      scheduler.schedule(end, traffic.span(worker));
      scheduler.flush();
      return events();
    });
  });

const compare = async (title, pairs, clock, traffic, goal) => {
  const four = clock(traffic, 4);
  const samples = await interleave(title, pairs, { minimal: four, proteus: clock(traffic, 200), again: four });
  return row(title, samples, ({ cost }) => cost, { digits: 1, unit: ' µs', goal });
};

export const measure = async (pairs) => [
  await compare('an event of 200 slots against one of 4, crashes', pairs, onHeap, crashes, atMost(1)),
  await compare('an event of 200 slots against one of 4, rolls', pairs, onHeap, rolls, atMost(1)),
  await compare('the same crashes in callbacks on the bare host', pairs, onHeap, bareCrashes),
  await compare('the same crashes under TestScheduler', pairs, onTestScheduler, crashes),
];
