// A real master that plays a script, and tells the events as `keyOf` names them.
import cluster from 'node:cluster';
import { readFileSync } from 'node:fs';
import * as proteus from 'proteus-cluster';
import { namer } from './keyOf.mjs';
import { tell } from '../process/prelude.mjs';

const { config, lives, outside, keys, turns } = JSON.parse(readFileSync('script.json', 'utf8'));

const keyOf = namer();
const workers = new Map();
/** How often each event has been emitted. */
const emitted = new Map();
const waiting = [...outside];
let pending = turns;
let forks = 0;
/** The lives of processes that are being forked. node:cluster emits `fork` later. */
const launched = [];

const acts = {
  restart: (slot) => proteus.restart(slot === undefined ? {} : { slot }),
  shutdown: () => proteus.shutdown(),
  force: () => proteus.forceShutdown(),
  scale: (size) => proteus.scale(size),
  pause: (slot) => proteus.pause(slot),
  resume: (slot) => proteus.resume(slot),
};
const perform = (act) => {
  const [what, , number] = act.split(' ');
  if (what in acts) acts[what](number === undefined ? undefined : Number(number));
  else process.kill(process.pid, what);
};

/** Whether the first so many events of the simulation have been emitted here, in any order. */
const hasEmitted = (count) => {
  const needed = new Map();
  for (const key of keys.slice(0, count)) needed.set(key, (needed.get(key) ?? 0) + 1);
  return [...needed].every(([key, times]) => (emitted.get(key) ?? 0) >= times);
};

const isDue = ({ life, after }) => workers.has(life) && hasEmitted(after);

/** Tells the workers to take the steps that are due. */
const advance = () => {
  const due = pending.filter(isDue);
  pending = pending.filter((turn) => !due.includes(turn));
  for (const { life, step } of due) {
    const worker = workers.get(life);
    if (worker.isConnected()) worker.process.send(step);
  }
};

const follow = (event) => {
  const key = keyOf(event);
  if (key === undefined) return;
  tell({ type: 'key', key });
  emitted.set(key, (emitted.get(key) ?? 0) + 1);
  const at = waiting.findIndex(({ on }) => on === key);
  if (at >= 0) for (const { act } of waiting.splice(at, 1)) perform(act);
  // When what this event causes has been emitted.
  setImmediate(advance);
};

const env = () => {
  const life = lives[forks] ?? {};
  forks += 1;
  if (life.spawns === false) throw new Error('it cannot be started');
  launched.push(forks - 1);
  return { LIFE: JSON.stringify(life) };
};
cluster.on('fork', (worker) => {
  workers.set(launched.shift(), worker);
  setImmediate(advance);
});
proteus.cluster$({ ...config, exec: new URL('worker.cjs', import.meta.url), env, pid: false, log: false }).subscribe({
  next: follow,
  complete: () => tell({ type: 'key', key: 'completed' }),
  error: ({ name }) => tell({ type: 'key', key: `failed ${name}` }),
});
