import { setTimeout as wait } from 'node:timers/promises';
import { put } from '../load.js';
import { onStage } from '../stage.js';

/** A reload with a release that throws at its start, watched under load for 10 s. */
export const run = (how) =>
  onStage({ ...how, release: { work: 50, boot: 0 } }, async ({ master, census, boots, deploy, port, complete }) => {
    await complete();
    const load = put({ port, keepAlive: false });
    await wait(1_000);
    const before = boots().length;
    deploy({ broken: true });
    const done = master.reload();
    await wait(10_000);
    const listening = census.listening.size;
    const forks = boots().length - before;
    const state = master.state();
    const { failures, ...figures } = await load.end();
    await done;
    return { ...figures, listening, forks, master: state };
  });

export const needs = 'reload';

export const columns = {
  'failed requests': ({ failed }) => failed,
  'of requests': ({ requests }) => requests,
  'still listening after 10 s': ({ listening }) => listening,
  'forks in 10 s': ({ forks }) => forks,
  'the master then': ({ master }) => master,
};
