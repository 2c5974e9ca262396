/**
 * How this worker leaves: because the master asks it to, or on its own, by a second SIGTERM or because it disconnects. On the first SIGTERM it asks
 * the master to replace it.
 */
import type { Drain } from '../../vocabulary/protocol.js';
import * as channel from './masterChannel.js';
import * as servers from './drain.js';
import * as shutdownHooks from './shutdownHooks.js';
import * as earlyFrames from './earlyFrames.js';
import * as sigterm from './sigterm.js';

import cluster from 'node:cluster';

/** How long a worker that got SIGTERM waits before it asks to be replaced, in ms. The master may have got SIGTERM too, and asks all workers to leave then. */
const replaceDelayMs = 200;
/** A second SIGTERM that comes earlier than this after the first is ignored, because some tools send each signal twice. In ms. */
const minRepeatIntervalMs = 500;
/** How long a worker that has drained waits for the master to disconnect it, in ms. */
const disconnectTimeoutMs = 1_000;
/** How the worker drains if it leaves on its own. The master sends its options for that. */
let unaskedDrain: Drain = { cut: 30_000, linger: 1_000, webSockets: true };
let isLeaving = false;
/** When it got the first SIGTERM. */
let sigtermAt: number | undefined;
/** Called before the worker leaves on its own. */
const callbacks: (() => void)[] = [];

const beforeLeaving = (act: () => void): void => {
  callbacks.push(act);
};

/** How long idle connections are kept, by the option `drain.grace`; `undefined` if it is not set. In ms. */
const graceMs = (): number | undefined => unaskedDrain.grace;

const isAsked = (): boolean => cluster.worker?.exitedAfterDisconnect === true;

const reportLeaving = (): void => {
  if (!isAsked()) channel.send({ cmd: 'NODE_PROTEUS_CLUSTER:leaving', why: 'SIGTERM' });
};

/** The worker serves until its replacement is available. */
const askForReplacement = (): void => {
  if (!isLeaving && !isAsked()) channel.send({ cmd: 'NODE_PROTEUS_CLUSTER:replace', why: 'SIGTERM' });
};

const leaveUnasked = (): void => {
  reportLeaving();
  for (const act of callbacks) act();
  if (!isAsked() && process.connected) drain(unaskedDrain, 'SIGTERM');
};

const leaveAsAsked = (how: Drain): void => {
  // It has called `disconnect` itself, and drains when it has disconnected.
  if (isAsked()) return;
  drain(how, sigtermAt === undefined ? 'asked' : 'SIGTERM');
};

/** Answers the requests in progress, runs the application's shutdown hooks, and leaves when the master has disconnected it. */
const drain = (how: Drain, why: string): void => {
  if (isLeaving) return;
  isLeaving = true;
  const { worker } = cluster;
  if (worker !== undefined) worker.exitedAfterDisconnect = true;
  shutdownHooks.announce(why);
  const cut = performance.now() + how.cut;
  servers.drain(how, () => {
    shutdownHooks.run(cut - performance.now(), channel.send, () => {
      // An application that has disconnected its worker itself also ends it itself.
      if (why === 'disconnected') return;
      if (!process.connected) return exitAfterLinger(how.linger);
      // Before the application's listeners, which may exit.
      process.prependOnceListener('disconnect', () => exitAfterLinger(how.linger));
      earlyFrames.flush();
      channel.send({ cmd: 'NODE_PROTEUS_CLUSTER:drained' });
      setTimeout(() => process.connected && process.disconnect(), disconnectTimeoutMs).unref();
    });
  });
};

/**
 * Runs the application's SIGTERM handlers. A worker that has served then exits after twice `linger`, because only something forgotten, such as a timer, keeps it alive. One that
 * has not may be finishing a job, and exits when nothing keeps it alive.
 */
const exitAfterLinger = (linger: number): void => {
  sigterm.runHandlers();
  servers.whenServed(() => {
    setTimeout(() => {
      // Handlers may have been added meanwhile.
      sigterm.runHandlers();
      setTimeout(() => process.exit(), linger).unref();
    }, linger).unref();
  });
};

/** The codes of the errors that Node emits when the channel has closed, on this side or on the other. */
const closedChannelCodes: ReadonlySet<unknown> = new Set([
  'ERR_IPC_DISCONNECTED',
  'ERR_IPC_CHANNEL_CLOSED',
  'EPIPE',
  'ECONNRESET',
]);

const isClosedChannelError = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && closedChannelCodes.has(error.code);

const start = (): void => {
  shutdownHooks.start();
  servers.follow();
  channel.onFrame((frame) => {
    if ('drain' in frame) leaveAsAsked(frame.drain);
    if ('alone' in frame) ({ alone: unaskedDrain } = frame);
  });
  // Node has ended the worker by now, unless it has disconnected itself or drains.
  process.once(
    'disconnect',
    channel.safely('draining', () => drain(unaskedDrain, 'disconnected')),
  );

  sigterm.onSigterm(
    channel.safely('SIGTERM', () => {
      process.off('exit', reportLeaving).on('exit', reportLeaving);
      if (isLeaving) return;
      const now = performance.now();
      if (sigtermAt === undefined) {
        sigtermAt = now;
        setTimeout(channel.safely('replacement', askForReplacement), replaceDelayMs).unref();
      } else if (now - sigtermAt >= minRepeatIntervalMs) leaveUnasked();
    }),
  );

  // Node emits an error for a second disconnect, and for a message after the channel has closed. A worker that finishes its work must not die of that.
  cluster.worker?.on('error', (error: unknown) => {
    // Without a listener Node would throw the error. If the application listens too, it handles the error.
    const isOnlyListener = cluster.worker?.listenerCount('error') === 1;
    if (isOnlyListener && !isClosedChannelError(error)) throw error;
  });
};

export { beforeLeaving, graceMs, start };
