import { setTimeout as wait } from 'node:timers/promises';
import { put } from '../load.js';
import { until } from '../processes.js';
import { onStage } from '../stage.js';

const watched = 20_000;

const shrinkOnce = (how, keepAlive) =>
  onStage({ ...how, release: { work: 50, boot: 0 } }, async ({ master, census, port, complete }) => {
    await complete();
    const load = put({ port, keepAlive });
    await wait(1_000);
    const begun = performance.now();
    master.shrink();
    const gone = await until(() => census.present.size < how.workers, watched);
    const time = Math.round(performance.now() - begun);
    await wait(1_000);
    const { failures, ...figures } = await load.end();
    return { ...figures, listening: census.listening.size, gone: gone ? time : null };
  });

export const needs = 'shrink';

/** One worker fewer, under load. */
export const run = async (how) => ({ keepAlive: await shrinkOnce(how, true), close: await shrinkOnce(how, false) });

const seconds = (ms) => (ms === null ? '> 20 s' : `${(ms / 1_000).toFixed(1)} s`);

export const columns = {
  'failed, keep-alive': ({ keepAlive }) => keepAlive.failed,
  'failed, close': ({ close }) => close.failed,
  'worker gone, keep-alive': ({ keepAlive }) => seconds(keepAlive.gone),
  'worker gone, close': ({ close }) => seconds(close.gone),
};
