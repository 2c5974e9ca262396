import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** How much of what the master and its workers write to stderr is kept, in characters. */
const saidMax = 4_000;

/** The master in a process of its own, what it reports, and which workers it has. */
export const startCluster = (env) => {
  const child = fork(join(import.meta.dirname, 'master.js'), {
    env,
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (said = (said + text).slice(-saidMax)));
  const exited = once(child, 'exit');
  const replies = new Map();
  const events = [];
  const workers = new Map();
  const listeners = new Set();
  let failure;
  let asked = 0;
  let processes = 0;

  const follow = (event) => {
    const at = Date.now();
    events.push({ at, event });
    if (event.type === 'fork') processes += 1;
    if (event.type === 'exit') processes -= 1;
    if (event.type === 'available') workers.set(event.worker.id, event.worker);
    if (event.type === 'exit' || event.type === 'retire') workers.delete(event.worker.id);
    for (const listener of listeners) listener(event);
  };
  child.on('message', (message) => {
    if (message.type === 'event') follow(message.event);
    if (message.type === 'failed') failure = message.error;
    if (message.type === 'reply') {
      replies.get(message.id)?.(message);
      replies.delete(message.id);
    }
  });

  const isSettled = (count) => processes === count && workers.size === count;
  const next = (matches) =>
    new Promise((resolve) => {
      const listener = (event) => {
        if (!matches(event)) return;
        listeners.delete(listener);
        resolve(event);
      };
      listeners.add(listener);
    });

  return {
    events,
    /** The workers that are available, by their slot. */
    workers: () => [...workers.values()].toSorted((one, other) => one.slot - other.slot),
    /** Resolves with what the command returns; rejects with its error, or when the master ends. */
    call: (command, parameters = {}) => {
      const id = (asked += 1);
      const replied = new Promise((resolve, reject) => {
        replies.set(id, ({ result, error }) => (error === undefined ? resolve(result) : reject(new Error(error))));
      });
      const ended = exited.then(([code, signal]) => {
        throw new Error(`the master has ended (${signal ?? code}): ${failure ?? 'no error'}`);
      });
      child.send({ id, command, ...parameters });
      return Promise.race([replied, ended]);
    },
    when: next,
    /** Resolves when there are as many processes, and all of them are available. */
    settled: async (count) => {
      if (!isSettled(count)) await next(() => isSettled(count));
    },
    kill: (signal) => child.kill(signal),
    exited: exited.then(([code, signal]) => ({ code, signal, failure, said })),
  };
};
