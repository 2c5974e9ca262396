import { setTimeout as wait } from 'node:timers/promises';
import { onStage } from '../stage.js';

/** Workers that throw at their start, for 10 s. */
export const run = (how) =>
  onStage({ ...how, release: { work: 0, boot: 0, broken: true } }, async ({ master, boots }) => {
    await wait(10_000);
    return { forks: boots().length, master: master.state() };
  });

export const columns = {
  'forks in 10 s': ({ forks }) => forks,
  'the master then': ({ master }) => master,
};
