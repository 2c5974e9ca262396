import { filter, type Subscription } from 'rxjs';
import { forceShutdown, restart, send, shutdown } from './commands.js';
import type { Config } from './config.js';
import type { RestartResult, WorkerRef } from './events.js';
import { tellFailure } from './log/failure.js';
import { cluster$ } from './master.js';
import { cmd } from './messaging/route.js';
import type { Command } from './operators/cmd.js';
import { guard } from './operators/guard.js';
import { report } from './running.js';
import { messages$ } from './streams/messages.js';
import { validateListener } from './validate.js';

/** Hears messages of one command. */
export type MessageListener = (message: Command, worker: WorkerRef) => void;

const listeners = new Map<string, Subscription>();

/** Calls `listener` for every `{ cmd: name, … }` of a worker, in addition to those already there. What it throws becomes an `error` event. Throws `ConfigError` for a listener that is no function. */
const addMessageListener = (name: string, listener: MessageListener): void => {
  validateListener(`addMessageListener('${name}')`, listener);
  const guarded = guard(report(`a listener of '${name}'`))(listener);
  const heard = messages$.pipe(filter(cmd(name))).subscribe(({ message, worker }) => guarded(message, worker));
  const before = listeners.get(name);
  if (before === undefined) listeners.set(name, heard);
  else before.add(heard);
};

/** Removes all listeners of a command. */
const removeMessageListener = (name: string): void => {
  listeners.get(name)?.unsubscribe();
  listeners.delete(name);
};

/** Starts a cluster, as in 2012. When it gives up or cannot start, the process ends with code 1. */
const start = (config: Config = {}): void => {
  const error = (why: unknown) => {
    process.exitCode = 1;
    tellFailure(config, why);
  };
  cluster$(config).subscribe({ error });
};

/**
 * The face of 2012, on the same pipeline.
 *
 * @example
 * const { cluster } = require('proteus-cluster');
 * cluster({ worker: 4, exec: 'worker.js' });
 * cluster.addMessageListener('fromWorker', (message, worker) => console.log(worker.id, message.msg));
 */
export const cluster = Object.assign(start, {
  // Whatever they are called with: an emitter passes arguments of its own.
  restart: (): Promise<RestartResult> => restart(),
  shutdown: (): Promise<void> => shutdown(),
  forceShutdown: (): Promise<void> => forceShutdown(),
  addMessageListener,
  removeMessageListener,
  sendMessage: (message: unknown): void => send(message),
});
