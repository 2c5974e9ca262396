import { fileURLToPath } from 'node:url';
import type { Config } from '../../src/index.js';
import type { WorkerBehaviour } from '../../src/testing.js';
import { fresh, program, type Told } from '../process/harness.js';
import type { Script } from './script.js';
import type { Simulated } from './simulated.js';

/** How long a virtual millisecond is for the timers of a real master, in ms. */
const msPerMs = 40;

const timeOptions: ReadonlySet<string> = new Set([
  'minReadyTime',
  'readyTimeout',
  'disconnectTimeout',
  'minUptime',
  'initial',
  'max',
  'interval',
  'timeout',
  'linger',
]);

/** Runs a script with real processes. Returns its events by their keys, and what is missing if it does not end. */
export const runReal = async (
  script: Script,
  { keys, turns }: Simulated,
  patienceMs: number,
): Promise<readonly string[]> => {
  const { lives, outside } = script;
  const folder = fresh({
    'script.json': JSON.stringify({
      config: inRealTime(script.config),
      lives: lives.map(lifeOf),
      outside,
      keys,
      turns: turns.map((turn) =>
        turn.step.do === 'disconnect' ? { ...turn, step: { ...turn.step, stays: turn.step.stays * msPerMs } } : turn,
      ),
    }),
  });
  const { ended, told } = startMaster(folder);
  const patience = new AbortController();
  const late = new Promise<readonly string[]>((resolve) => {
    const timer = setTimeout(() => resolve([`it has not ended after ${patienceMs} ms`]), patienceMs);
    patience.signal.addEventListener('abort', () => clearTimeout(timer));
  });
  const rest = await Promise.race([ended, late]);
  patience.abort();
  return [...told.flatMap(keyIn), ...rest];
};

const startMaster = (folder: string) => {
  const master = program(folder, process.execPath, [fileURLToPath(new URL('master.mjs', import.meta.url))]);
  const ended = master.ended().then(() => (master.past(isEnd).length === 1 ? [] : [master.output]));
  return { ended, told: master.told };
};

/** The last event of a master that has not failed itself. */
const isEnd = (told: Told): boolean => keyIn(told).some((key) => key === 'completed' || key.startsWith('failed'));

const keyIn = (told: Told & { readonly key?: string }): readonly string[] => (told.key === undefined ? [] : [told.key]);

const inRealTime = (config: Config): unknown =>
  JSON.parse(JSON.stringify(config), (name, value: unknown) =>
    timeOptions.has(name) && typeof value === 'number' ? value * msPerMs : value,
  );

/** What a real worker has to know from its start. */
const lifeOf = ({ leaves, terminates, spawns }: WorkerBehaviour) => ({
  holds: leaves !== undefined && leaves !== Infinity,
  stays: leaves === Infinity,
  ...(terminates !== undefined && { terminates: terminates * msPerMs }),
  spawns,
});
