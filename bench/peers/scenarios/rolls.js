import { setTimeout as wait } from 'node:timers/promises';
import { put } from '../load.js';
import { onStage } from '../stage.js';
import { against, loads, replaceAll, seconds } from './roll.js';

/** How many requests there are to be for each roll at least: rolls go on until it is so. */
const requestsEach = 2_000;
/** A master that does not get done with its rolls is let off after this, in ms. */
const longest = 1_800_000;

/** One master that rolls again and again under one load that never pauses. */
export const run = ({ load: { work, boot = 0, keepAlive }, rolls, ...how }) =>
  onStage({ ...how, release: { work, boot } }, async (stage) => {
    const { census, port, complete } = stage;
    await complete();
    const load = put({ port, keepAlive });
    await wait(1_000);
    const [since, begun] = [Date.now(), performance.now()];
    const paces = [];
    while (paces.length < rolls || load.sent() < rolls * requestsEach) {
      const { done, ...pace } = await replaceAll(stage, how.workers);
      await done;
      paces.push(pace);
      if (pace.gone === null || performance.now() - begun > longest) break;
      // What its processes are called changes with the last of the old ones; the master itself takes a moment more.
      await wait(100);
    }
    await wait(1_000);
    const fewest = census.fewest(since);
    const { failures, ...figures } = await load.end();
    const ratios = paces.map((pace) => against(how.name, how.workers, pace)).filter((ratio) => ratio !== undefined);
    return {
      ...figures,
      fewest,
      rolls: paces.length,
      slowestRoll: paces.some(({ gone }) => gone === null) ? null : Math.max(...paces.map(({ gone }) => gone)),
      ratios: ratios.map((ratio) => Number(ratio.toFixed(3))).toSorted((one, other) => one - other),
    };
  });

export { loads };

export const usual = Object.keys(loads).slice(0, 2);

export const needs = 'reload';

/** Minutes for each load: only where it is asked for by name. */
export const long = true;

export const columns = {
  failed: ({ failed }) => failed,
  requests: ({ requests }) => requests,
  rolls: ({ rolls }) => rolls,
  'fewest listening': ({ fewest }) => fewest,
  'slowest roll': ({ slowestRoll }) => seconds(slowestRoll),
  'of rounds × (boot + minReadyTime + drain)': ({ ratios }) =>
    ratios.length === 0 ? '' : `median ${ratios[ratios.length >> 1].toFixed(2)}, at most ${ratios.at(-1).toFixed(2)}`,
  'highest latency': ({ slowest }) => `${slowest} ms`,
};
