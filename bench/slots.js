import { Subject } from 'rxjs';
import { rehearse, simulatedHost } from 'proteus-cluster/testing';
import { bare } from './bare.js';
import { withClock } from './clock.js';
import { atMost, interleave, row } from './pairs.js';

/** How long a cluster runs before it is measured, in ms: all slots have workers by then, and have had their first crashes or rolls. */
const settled = 200;
/** How many events are measured, whatever the number of slots. */
const events = 12_000;

const rules = (worker) => ({ worker, minUptime: 10, minReadyTime: 5, backoff: { jitter: 0 } });

/** Workers crash, each some 50 ms after its start, and are replaced at once. */
const crashes = {
  host: () => simulatedHost({ behave: ({ slot }, fork) => ({ crashes: { after: 40 + ((7 * slot + fork) % 20) } }) }),
  follow: () => {},
};

/** One rolling restart after the other: with the default surge, so that 200 slots roll 50 at a time. */
const rolls = {
  host: () => simulatedHost(),
  follow: ({ type }, restart) => {
    if (type === 'started' || type === 'restart-end') restart();
  },
};

/** A cluster with a number of slots, which counts its events. */
const live = ({ host, follow }, worker, count) => {
  const wishes$ = new Subject();
  const restart = () => wishes$.next({ type: 'restart', request: 'bench', why: 'bench' });
  const running = rehearse(host(), rules(worker), wishes$).subscribe((event) => {
    count();
    follow(event, restart);
  });
  return () => running.unsubscribe();
};

/** The same with the callbacks of bare.js, to see how much of the difference is not due to our code. */
const bareCrashes = {
  live: (worker, count) =>
    bare(
      crashes.host(),
      { ...rules(worker), backoff: { initial: 0, max: 0 }, disconnectTimeout: 1_000, maxForkCount: Infinity },
      count,
    ).stop,
};

const begin = (traffic, worker, count) => traffic.live?.(worker, count) ?? live(traffic, worker, count);

/** What an event costs, in µs, of a cluster that has been running for a while. */
const measured = (traffic, worker) => () =>
  withClock((runUntil) => {
    const tally = { told: 0 };
    const end = begin(traffic, worker, () => (tally.told += 1));
    let now = settled;
    runUntil(now);
    const before = tally.told;
    const begun = performance.now();
    for (; tally.told - before < events; now += 10) runUntil(now);
    const cost = (1_000 * (performance.now() - begun)) / (tally.told - before);
    end();
    return { cost };
  });

const compare = async (title, pairs, traffic, goal) => {
  const four = measured(traffic, 4);
  const samples = await interleave(title, pairs, { minimal: four, proteus: measured(traffic, 200), again: four });
  return row(title, samples, ({ cost }) => cost, { digits: 1, unit: ' µs', goal });
};

export const measure = async (pairs) => [
  await compare('an event of 200 slots against one of 4, crashes', pairs, crashes, atMost(1)),
  await compare('an event of 200 slots against one of 4, rolls', pairs, rolls, atMost(1)),
  await compare('the same crashes in callbacks on the bare host', pairs, bareCrashes),
];
