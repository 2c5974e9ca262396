/** How this worker leaves: because the master asks it to, which it asks the master for on SIGTERM, or by itself. */
import type { Drain } from '../../vocabulary/protocol.js';
import * as channel from './masterChannel.js';
import * as drainage from './drain.js';
import * as farewell from './shutdownHooks.js';
import * as post from './earlyFrames.js';
import * as sigterm from './sigterm.js';

import cluster from 'node:cluster';

/** How long a worker that got SIGTERM waits for the master, which may have got it too and ask all workers to leave, in ms. */
const patience = 200;
/** How long after SIGTERM a second one is meant as such, in ms. Some signals are sent twice at once. */
const insistence = 500;
/** How long a worker that has drained waits for the master's answer, in ms. */
const courtesy = 1_000;
/** How a worker drains that leaves on its own account. The master says what its options make of that. */
let alone: Drain = { cut: 30_000, linger: 1_000, webSockets: true };
let leaves = false;
/** When it got SIGTERM. */
let terminated: number | undefined;
/** What is done before the worker leaves on its own account. */
const first: (() => void)[] = [];

const beforeLeaving = (act: () => void): void => {
  first.push(act);
};

const asked = (): boolean => cluster.worker?.exitedAfterDisconnect === true;

const tell = (): void => {
  if (!asked()) channel.say({ cmd: 'NODE_PROTEUS_CLUSTER:leaving', why: 'SIGTERM' });
};

/** It serves until the master has a replacement for it. */
const askForReplacement = (): void => {
  if (!leaves && !asked()) channel.say({ cmd: 'NODE_PROTEUS_CLUSTER:replace', why: 'SIGTERM' });
};

const leave = (): void => {
  tell();
  for (const act of first) act();
  if (!asked() && process.connected) drain(alone, 'SIGTERM');
};

const obey = (how: Drain): void => {
  // One that disconnects by itself is on its way, and drains when it has.
  if (asked()) return;
  drain(how, terminated === undefined ? 'asked' : 'SIGTERM');
};

/** Answers what is in flight, then has the application close what it has, and goes when the master has heard of it. */
const drain = (how: Drain, why: string): void => {
  if (leaves) return;
  leaves = true;
  const { worker } = cluster;
  if (worker !== undefined) worker.exitedAfterDisconnect = true;
  farewell.begin(why);
  const cut = performance.now() + how.cut;
  drainage.drain(how, () => {
    farewell.close(cut - performance.now(), channel.say, () => {
      // Who disconnected by itself knows what it still has to do.
      if (why === 'disconnected') return;
      if (!process.connected) return outstay(how.linger);
      // First, for the application may exit when it hears of this.
      process.prependOnceListener('disconnect', () => outstay(how.linger));
      post.flush();
      channel.say({ cmd: 'NODE_PROTEUS_CLUSTER:drained' });
      setTimeout(() => process.connected && process.disconnect(), courtesy).unref();
    });
  });
};

/** The application cleans up. Then it lives on as long as something holds it: its job, or, where it has served, a timer that somebody has forgotten. */
const outstay = (linger: number): void => {
  sigterm.run();
  drainage.whenServed(() => {
    setTimeout(() => {
      // There may be a handler only now.
      sigterm.run();
      setTimeout(() => process.exit(), linger).unref();
    }, linger).unref();
  });
};

/** There is no channel any more, or its other end has closed. Node tells so by an error of the worker. */
const ofChannel: ReadonlySet<unknown> = new Set([
  'ERR_IPC_DISCONNECTED',
  'ERR_IPC_CHANNEL_CLOSED',
  'EPIPE',
  'ECONNRESET',
]);

const isOfChannel = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && ofChannel.has(error.code);

const start = (): void => {
  farewell.start();
  drainage.follow();
  channel.hear((says) => {
    if ('drain' in says) obey(says.drain);
    if ('alone' in says) ({ alone } = says);
  });
  // Node has ended it by now, unless it disconnected by itself or does drain.
  process.once(
    'disconnect',
    channel.safely('draining', () => drain(alone, 'disconnected')),
  );

  // SIGTERM may have reached the master too, which then asks everybody to leave. Who asks it first would be replaced for nothing.
  sigterm.hear(
    channel.safely('SIGTERM', () => {
      process.off('exit', tell).on('exit', tell);
      if (leaves) return;
      const now = performance.now();
      if (terminated === undefined) {
        terminated = now;
        setTimeout(channel.safely('replacement', askForReplacement), patience).unref();
      } else if (now - terminated >= insistence) leave();
    }),
  );

  // Node takes it for an error to disconnect twice, and to send when the channel has closed; a worker that finishes its work is not to die of that.
  cluster.worker?.on('error', (error: unknown) => {
    // Without this listener it would be thrown; with one of the application's it is the application's.
    const nobodyElse = cluster.worker?.listenerCount('error') === 1;
    if (nobodyElse && !isOfChannel(error)) throw error;
  });
};

export { beforeLeaving, start };
