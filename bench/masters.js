import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const file = (...path) => join(import.meta.dirname, ...path);

/** The masters that are compared: `loaded` is the minimal one with the imports of ours, `again` the minimal one once more. */
const masters = {
  minimal: file('minimal', 'master.js'),
  loaded: file('minimal', 'loaded.js'),
  proteus: file('proteus', 'master.js'),
  again: file('minimal', 'master.js'),
};

export const sides = ['minimal', 'proteus', 'again'];
export const worker = (name) => file('workers', `${name}.js`);

/** One master in a process of its own, as soon as all its workers listen. `config` holds options for ours. */
export const start = async (side, { exec, workers, config = {} }) => {
  const begun = performance.now();
  const child = fork(masters[side], [JSON.stringify({ exec, workers, config })], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [{ cpu, port }] = await once(child, 'message');
  const whole = performance.now() - begun;
  return {
    port,
    pid: child.pid,
    /** From the spawn of the master until all listen, and the CPU time that the master has used by then; ms. */
    started: { whole, cpu },
    ask: async (ask, details = {}) => {
      child.send({ ask, ...details });
      const [{ answer }] = await once(child, 'message');
      return answer;
    },
    end: async () => {
      child.disconnect();
      await once(child, 'exit');
    },
  };
};

/** One master of each kind, all running at once, for measurements that take turns. */
export const together = async (how, use) => {
  const running = Object.fromEntries(await Promise.all(sides.map(async (side) => [side, await start(side, how)])));
  const rows = await use(running);
  await Promise.all(Object.values(running).map((master) => master.end()));
  return rows;
};

/** The same run for each side. */
export const each = (run) => Object.fromEntries(sides.map((side) => [side, () => run(side)]));
