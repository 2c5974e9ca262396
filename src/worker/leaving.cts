/** How this worker leaves: because the master asks it to, or by itself on SIGTERM. */
import type { Cluster } from 'node:cluster';
import type { Drain } from '../protocol.js' with { 'resolution-mode': 'import' };
import channel = require('./channel.cjs');
import drainage = require('./drain.cjs');
import leadership = require('./leadership.cjs');
import post = require('./post.cjs');

const cluster: Cluster = require('node:cluster');

/** How long a worker that got SIGTERM waits for the master to ask it to leave, in ms. */
const patience = 200;
/** How long a worker that has drained waits for the master's answer, in ms. */
const courtesy = 1_000;
/** How a worker that leaves on its own account drains. */
const usual: Drain = { cut: 30_000, linger: 1_000, webSockets: true };

const asked = (): boolean => cluster.worker?.exitedAfterDisconnect === true;

const tell = (): void => {
  if (!asked()) channel.say({ cmd: 'proteus-cluster:leaving', why: 'SIGTERM' });
};

const leave = (): void => {
  tell();
  if (leadership.leads()) leadership.resign();
  if (!asked() && process.connected) drain(usual);
};

const drain = (how: Drain): void => {
  const { worker } = cluster;
  if (worker === undefined || worker.exitedAfterDisconnect) return;
  worker.exitedAfterDisconnect = true;
  process.once('disconnect', () => outstay(how.linger));
  drainage.drain(how, () => {
    post.flush();
    channel.say({ cmd: 'proteus-cluster:drained' });
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
  drainage.follow();
  channel.hear((says) => {
    if ('drain' in says) drain(says.drain);
  });

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
};

export = { start };
