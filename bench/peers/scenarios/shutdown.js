import { setTimeout as wait } from 'node:timers/promises';
import { put } from '../load.js';
import { until } from '../processes.js';
import { onStage } from '../stage.js';

const watched = 20_000;

const shutDown = (how, keepAlive) =>
  onStage({ ...how, release: { work: 50, boot: 0 } }, async ({ master, census, port, complete }) => {
    await complete();
    const load = put({ port, keepAlive });
    await wait(1_000);
    const signalled = performance.now();
    master.stop();
    const gone = await until(() => census.present.size === 0, watched);
    const time = Math.round(performance.now() - signalled);
    const { failures } = await load.end();
    const lost = failures.filter(({ sent }) => sent < signalled).length;
    const cut = failures.filter(({ sent, wrong }) => sent >= signalled && wrong !== 'ECONNREFUSED').length;
    return { lost, cut, gone: gone ? time : null };
  });

/**
 * SIGTERM under load. What was sent before it and failed is lost. Later a new connection is refused, as it should be; what was still sent on
 * one that had been accepted, and failed, was cut.
 */
export const run = async (how) => ({ keepAlive: await shutDown(how, true), close: await shutDown(how, false) });

const seconds = (ms) => (ms === null ? '> 20 s' : `${(ms / 1_000).toFixed(1)} s`);

export const columns = {
  'lost, keep-alive': ({ keepAlive }) => keepAlive.lost,
  'lost, close': ({ close }) => close.lost,
  'cut later, keep-alive': ({ keepAlive }) => keepAlive.cut,
  'cut later, close': ({ close }) => close.cut,
  'workers gone, keep-alive': ({ keepAlive }) => seconds(keepAlive.gone),
  'workers gone, close': ({ close }) => seconds(close.gone),
};
