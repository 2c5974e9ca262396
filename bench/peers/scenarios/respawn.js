import { setTimeout as wait } from 'node:timers/promises';
import { kill, until } from '../processes.js';
import { onStage } from '../stage.js';

const kills = 7;

/** A worker gets SIGKILL, until as many listen as before. A wait after early exits is left out where it can be: it is not what is asked. */
export const run = ({ load: modules, ...how }) =>
  onStage(
    { ...how, release: { work: 0, boot: 0, modules }, options: { minUptime: 0 } },
    async ({ census, complete }) => {
      await complete();
      const times = [];
      for (let turn = 0; turn < kills; turn += 1) {
        await wait(1_000);
        const [victim] = census.listening;
        const begun = performance.now();
        kill(victim);
        const again = await until(() => !census.listening.has(victim) && census.listening.size >= how.workers, 10_000);
        times.push(again ? Math.round(performance.now() - begun) : null);
      }
      return times;
    },
  );

/** What a worker loads before it listens. */
export const loads = { 'a light worker': [], 'a worker that loads 9 MB': ['typescript'] };

export const usual = Object.keys(loads);

const inOrder = (times) => times.map((ms) => ms ?? Infinity).toSorted((one, other) => one - other);

export const median = (times) => inOrder(times)[3];

export const columns = {
  'median of 7': (times) => `${median(times)} ms`,
  fastest: (times) => `${inOrder(times)[0]} ms`,
  slowest: (times) => `${inOrder(times)[6]} ms`,
};
