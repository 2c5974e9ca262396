import { setTimeout as wait } from 'node:timers/promises';
import { put } from '../load.js';
import { until } from '../processes.js';
import { onStage } from '../stage.js';

/** How long a roll is watched, in ms; an old worker that is still there then counts as staying. */
const watched = 20_000;

const rollOnce = ({ load: { work, boot = 0, keepAlive }, ...how }) =>
  onStage({ ...how, release: { work, boot } }, async ({ master, census, port, complete }) => {
    await complete();
    const load = put({ port, keepAlive });
    await wait(1_000);
    const old = new Set(census.present);
    const isOld = (pid) => old.has(pid);
    const since = Date.now();
    const begun = performance.now();
    const done = master.reload();
    const rolled = await until(
      () => census.listening.size >= how.workers && ![...census.listening].some(isOld),
      watched,
    );
    const time = Math.round(performance.now() - begun);
    const gone = await until(() => ![...census.present].some(isOld), watched - time);
    const whole = Math.round(performance.now() - begun);
    await wait(1_000);
    const fewest = census.fewest(since);
    const { failures, ...figures } = await load.end();
    await done;
    return { ...figures, fewest, rolled: rolled ? time : null, gone: gone ? whole : null };
  });

/** Rolling restarts under load, each by a master that was started for it. */
export const loads = {
  'keep-alive 50 ms': { keepAlive: true, work: 50 },
  'close 50 ms': { keepAlive: false, work: 50 },
  'keep-alive 50 ms, 1 s boot': { keepAlive: true, work: 50, boot: 1_000 },
  'close 50 ms, 1 s boot': { keepAlive: false, work: 50, boot: 1_000 },
  'keep-alive 0 ms': { keepAlive: true, work: 0 },
  'close 0 ms': { keepAlive: false, work: 0 },
};

/** Those that are run when none is named. */
export const usual = Object.keys(loads).slice(0, 3);

export const needs = 'reload';

export const run = async ({ rolls, ...how }) => {
  const results = [];
  for (let roll = 0; roll < rolls; roll += 1) results.push(await rollOnce(how));
  return results;
};

const seconds = (ms) => (ms === null ? '> 20 s' : `${(ms / 1_000).toFixed(1)} s`);

/** A few values one by one, of many only what they come to. */
const each = (values, many) => (values.length <= 4 ? values.join(' / ') : many(values));
const total = (values) => `${values.reduce((sum, value) => sum + value, 0)} in ${values.length} rolls`;
const times = (values) =>
  each(values.map(seconds), () => `at most ${seconds(values.includes(null) ? null : Math.max(...values))}`);

export const columns = {
  failed: (results) =>
    each(
      results.map(({ failed }) => failed),
      total,
    ),
  requests: (results) => results.reduce((sum, { requests }) => sum + requests, 0),
  'fewest listening': (results) => Math.min(...results.map(({ fewest }) => fewest)),
  'only new ones listen after': (results) => times(results.map(({ rolled }) => rolled)),
  'old ones gone after': (results) => times(results.map(({ gone }) => gone)),
  'highest latency': (results) => `${Math.max(...results.map(({ slowest }) => slowest))} ms`,
};
