import { setTimeout as wait } from 'node:timers/promises';
import { put } from '../load.js';
import { masters } from '../masters.js';
import { until } from '../processes.js';
import { onStage } from '../stage.js';

/** How long a roll is watched, in ms; an old worker that is still there then counts as staying. */
const watched = 20_000;

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** How long those that came were on their way, and those that went took to go, in ms. */
const paceOf = ({ boots, drains }, old) => ({
  boot: Math.round(mean([...boots].filter(([pid]) => !old.has(pid)).map(([, ms]) => ms))),
  drain: Math.round(mean([...old].map((pid) => drains.get(pid)))),
});

/** The workers are replaced: from the command until only new ones listen, and until the old ones have gone, in ms. */
export const replaceAll = async ({ master, census }, workers) => {
  const old = new Set(census.present);
  census.boots.clear();
  const isOld = (pid) => old.has(pid);
  const begun = performance.now();
  const done = master.reload();
  const rolled = await until(() => census.listening.size >= workers && ![...census.listening].some(isOld), watched);
  const time = Math.round(performance.now() - begun);
  const gone = await until(() => ![...census.present].some(isOld), watched - time);
  const whole = Math.round(performance.now() - begun);
  return { rolled: rolled ? time : null, gone: gone ? whole : null, ...(gone && paceOf(census, old)), done };
};

/** How long it took against how long it should by the rules of who was measured. */
export const against = (name, workers, { gone, boot, drain }) => {
  const { expects } = masters[name];
  return expects === undefined || gone === null ? undefined : gone / expects({ workers, boot, drain });
};

const rollOnce = ({ load: { work, boot = 0, keepAlive }, ...how }) =>
  onStage({ ...how, release: { work, boot } }, async (stage) => {
    const { census, port, complete } = stage;
    await complete();
    const load = put({ port, keepAlive });
    await wait(1_000);
    const since = Date.now();
    const { done, ...pace } = await replaceAll(stage, how.workers);
    await wait(1_000);
    const fewest = census.fewest(since);
    const { failures, ...figures } = await load.end();
    await done;
    return { ...figures, fewest, ...pace, ratio: against(how.name, how.workers, pace) };
  });

/** Rolling restarts under load, each by a master that was started for it. */
export const loads = {
  'keep-alive 50 ms': { keepAlive: true, work: 50 },
  'close 50 ms': { keepAlive: false, work: 50 },
  'keep-alive 50 ms, 1 s boot': { keepAlive: true, work: 50, boot: 1_000 },
  'close 50 ms, 1 s boot': { keepAlive: false, work: 50, boot: 1_000 },
  'keep-alive 0 ms': { keepAlive: true, work: 0 },
  'close 0 ms': { keepAlive: false, work: 0 },
  'keep-alive 0 ms, 1 s boot': { keepAlive: true, work: 0, boot: 1_000 },
  'close 0 ms, 1 s boot': { keepAlive: false, work: 0, boot: 1_000 },
};

/** Those that are run when none is named. */
export const usual = Object.keys(loads).slice(0, 3);

export const needs = 'reload';

export const run = async ({ rolls, ...how }) => {
  const results = [];
  for (let roll = 0; roll < rolls; roll += 1) results.push(await rollOnce(how));
  return results;
};

export const seconds = (ms) => (ms === null ? '> 20 s' : `${(ms / 1_000).toFixed(1)} s`);

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
  'of rounds × (boot + minReadyTime + drain)': (results) => {
    const ratios = results.map(({ ratio }) => ratio).filter((ratio) => ratio !== undefined);
    return ratios.length === 0 ? '' : `at most ${Math.max(...ratios).toFixed(2)}`;
  },
  'highest latency': (results) => `${Math.max(...results.map(({ slowest }) => slowest))} ms`,
};
