import { NEVER } from 'rxjs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { StatsEvent } from '../../../src/features/workerStats/events.js';
import { stats$ } from '../../../src/features/workerStats/hot/stats.js';
import { name, type StatsState } from '../../../src/features/workerStats/state.js';
import { featureSlices } from '../../../src/features/fold.js';
import { wanted$ } from '../../../src/host/demand.js';
import type { NodeHost } from '../../../src/host/nodeHost.js';
import { allEvents$, runningClusters$ } from '../../../src/registry/runningClusters.js';
import { traffic } from '../../../src/registry/traffic.js';
import { eventHistory } from '../../../src/state/eventHistory.js';
import { ref } from '../../marbles.js';

const stats = (id: number, uptime: number): StatsEvent => ({
  type: 'stats',
  worker: ref({ id }),
  uptime,
  time: 0,
  seq: 0,
  cluster: 'test',
});

/** A cluster that runs, with workers 1 and 2, which are sampled. */
const run = () => {
  const slices = featureSlices();
  const memory = eventHistory('test', 2, slices);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const slice = memory.state.slices.get(name) as StatsState;
  // No process is needed.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const host = {} as NodeHost;
  const running = {
    name: 'test',
    host,
    state: memory.state,
    temporary: false,
    submit: () => {},
    traffic: traffic(),
    config: {},
    gone$: NEVER,
  };
  runningClusters$.next([running]);
  const tell = (event: StatsEvent) => {
    slices.get(name)?.fold(event);
    allEvents$.next(event);
  };
  return { slice, tell };
};

const wanted: boolean[] = [];
beforeEach(() => {
  wanted.length = 0;
  const watching = wanted$(name).subscribe((is) => wanted.push(is));
  return () => watching.unsubscribe();
});
afterEach(() => runningClusters$.next([]));

const collect = () => {
  const heard: string[] = [];
  const subscription = stats$.subscribe(({ worker, uptime }) => heard.push(`${worker.id}: ${uptime}`));
  return { heard, subscription };
};

test('stats$ has every sample, and is what makes clusters sample', () => {
  const { tell } = run();
  expect(wanted).toEqual([false]);
  const { heard, subscription } = collect();
  expect(wanted).toEqual([false, true]);
  tell(stats(1, 1_000));
  tell(stats(2, 1_000));
  subscription.unsubscribe();
  tell(stats(1, 2_000));
  expect(wanted).toEqual([false, true, false]);
  expect(heard).toEqual(['1: 1000', '2: 1000']);
});

test('a late subscriber first has the last sample of each worker that is still there', () => {
  const { slice, tell } = run();
  const first = collect();
  slice.begin(1);
  slice.begin(2);
  tell(stats(1, 1_000));
  tell(stats(2, 1_000));
  tell(stats(1, 2_000));
  slice.end(2);
  const late = collect();
  tell(stats(1, 3_000));
  first.subscription.unsubscribe();
  expect(wanted).toEqual([false, true]);
  late.subscription.unsubscribe();
  expect(late.heard).toEqual(['1: 2000', '1: 3000']);
  expect(wanted).toEqual([false, true, false]);
});

test('a subscriber that throws harms nobody: it is one error event, and the samples go on', () => {
  const { tell } = run();
  const told: string[] = [];
  const listening = allEvents$.subscribe((event) => event.type === 'error' && told.push(event.error.message));
  const failing = stats$.subscribe(() => {
    throw new Error('no');
  });
  const { heard, subscription } = collect();
  // There is nobody to submit the report to.
  runningClusters$.next([]);
  tell(stats(1, 1_000));
  tell(stats(1, 2_000));
  expect(heard).toEqual(['1: 1000', '1: 2000']);
  expect(failing.closed).toBe(false);
  expect(told).toEqual(['a subscriber of stats$ threw: no']);
  for (const each of [failing, subscription, listening]) each.unsubscribe();
  expect(wanted.at(-1)).toBe(false);
});

test('nothing is left of a thousand subscribers', () => {
  run();
  for (let round = 0; round < 1_000; round += 1) collect().subscription.unsubscribe();
  expect(wanted).toHaveLength(2_001);
  expect(wanted.at(-1)).toBe(false);
});
