/**
 * Runs in every worker before the application, without a line in it: group signals, the loss of the master, and whether it leads.
 * It loads nothing but what Node has loaded anyway, and does nothing outside a cluster worker's main thread:
 * `child_process.fork` and `Worker` pass execArgv on.
 */
import type { Cluster } from 'node:cluster';
import drainage = require('./drain.cjs');
import type { Drain, Leadership, LeadershipKey, MasterSays, WorkerSays } from '../protocol.js' with {
  'resolution-mode': 'import',
};

const cluster: Cluster = require('node:cluster');

/** How often a worker whose channel is closed looks whether the master is still there, in ms. */
const watch = 500;
/** How long a worker without a master may finish what is in flight, in ms. */
const grace = 10_000;
/** How long a worker that got SIGTERM waits for the master to ask it to leave, in ms. */
const patience = 200;
/** How long a worker that has drained waits for the master's answer, in ms. */
const courtesy = 1_000;
/** How a worker that leaves on its own account drains. */
const usual: Drain = { cut: 30_000, linger: 1_000, webSockets: true };
/** How much of an error's text goes to the master, in characters. */
const longest = 8_192;

const say = (says: WorkerSays): void => {
  try {
    if (process.connected) process.send?.(says, undefined, undefined, () => {});
  } catch {
    // The channel may close between the question and the message; there is nobody left to tell.
  }
};

const text = (value: unknown): string => String(value).slice(0, longest);

const describe = (thrown: unknown) =>
  thrown instanceof Error
    ? { name: text(thrown.name), message: text(thrown.message), stack: text(thrown.stack) }
    : { name: 'Thrown', message: text(thrown), stack: '' };

const asked = (): boolean => cluster.worker?.exitedAfterDisconnect === true;

const tell = (): void => {
  if (!asked()) say({ cmd: 'proteus-cluster:leaving', why: 'SIGTERM' });
};

const leadershipKey: LeadershipKey = 'proteus-cluster:leadership';
const leadership: Leadership = { leads: false, listeners: new Set() };

const lead = (leads: boolean): void => {
  if (leadership.leads === leads) return;
  leadership.leads = leads;
  // Who joins or leaves meanwhile has heard, or wants to hear, of nothing.
  for (const listener of Array.from(leadership.listeners)) if (leadership.listeners.has(listener)) listener(leads);
};

/** The master appoints another one when it has heard this: everything here has to know before. */
const resign = (): void => {
  try {
    lead(false);
  } finally {
    say({ cmd: 'proteus-cluster:resigned' });
  }
};

const isMasters = (message: unknown): message is MasterSays =>
  typeof message === 'object' && message !== null && 'cmd' in message && message.cmd === 'NODE_PROTEUS_CLUSTER';

const leave = (): void => {
  tell();
  if (leadership.leads) resign();
  if (!asked() && process.connected) drain(usual);
};

const drain = (how: Drain): void => {
  const { worker } = cluster;
  if (worker === undefined || worker.exitedAfterDisconnect) return;
  worker.exitedAfterDisconnect = true;
  process.once('disconnect', () => outstay(how.linger));
  drainage.drain(how, () => {
    say({ cmd: 'proteus-cluster:drained' });
    setTimeout(() => process.connected && process.disconnect(), courtesy).unref();
  });
};

/** It lives on as long as something holds it: its job, or, where it has served, a timer that somebody has forgotten. */
const outstay = (linger: number): void => {
  if (!drainage.hasServed()) return;
  // The application's own handlers run first.
  setTimeout(() => {
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => process.exit(), linger).unref();
  }, linger).unref();
};

const start = (): void => {
  const master = process.ppid;
  drainage.follow();

  // Ctrl-C, a closed terminal and SIGQUIT reach the whole group; the master decides what they mean.
  for (const signal of ['SIGINT', 'SIGHUP', 'SIGQUIT'] as const) process.on(signal, () => {});

  // SIGTERM may have reached the master too, which then asks everybody to leave. Who tells it first that it goes would be replaced.
  process.on('SIGTERM', () => {
    setTimeout(leave, patience).unref();
    process.off('exit', tell).on('exit', tell);
  });

  // Asked while it was going by itself, Node disconnects a second time and takes that for an error.
  cluster.worker?.on('error', (error) => {
    // Without this listener it would be thrown; with one of the application's it is the application's.
    const nobodyElse = cluster.worker?.listenerCount('error') === 1;
    if (nobodyElse && !('code' in error && error.code === 'ERR_IPC_DISCONNECTED')) throw error;
  });

  process.on('uncaughtExceptionMonitor', (error) => {
    say({ cmd: 'proteus-cluster:cause', cause: describe(error) });
  });

  Reflect.set(globalThis, Symbol.for(leadershipKey), leadership);
  process.on('internalMessage', (message: unknown) => {
    if (!isMasters(message)) return;
    if ('drain' in message) drain(message.drain);
    else if (message.leads) lead(true);
    else resign();
  });

  // Node ends a worker that loses its master, but not one that has been asked to leave and still drains.
  process.once('disconnect', () => {
    lead(false);
    const look = setInterval(() => {
      if (process.ppid === master) return;
      clearInterval(look);
      setTimeout(() => process.exit(1), grace).unref();
    }, watch).unref();
  });
};

// Threads have no channel. (To load worker_threads, which would tell as well, takes a millisecond.)
if (cluster.isWorker && process.connected) start();
