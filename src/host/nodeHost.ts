import type { Worker } from 'node:cluster';
import { defer, EMPTY, Observable, ReplaySubject, Subject, type Subscriber, take } from 'rxjs';
import { MessageError } from '../vocabulary/errors.js';
import { errorData } from '../vocabulary/errorData.js';
import { topicRouter, type TopicMessage } from '../channel/topicRouter.js';
import { messageCopier } from '../channel/copyMessage.js';
import {
  decode,
  decodeAddress,
  type Drain,
  isWorkerFrame,
  type MasterFrame,
  type WorkerFrame,
} from '../vocabulary/protocol.js';
import type { WorkerReport } from '../vocabulary/stats.js';
import { holdRequests } from './holdRequests.js';
import { inheritedSockets, shareInheritedSockets } from './inheritedSockets.js';
import { isolateSockets } from './isolateSockets.js';
import { now } from './clock.js';
import { deadlines } from './deadlines.js';
import { compileCache } from './compileCache.js';
import { wanted$ } from './demand.js';
import { killTree } from './descendants.js';
import { type ForkOptions, type Host, type Process, type ProcessEvent, type SlotRef, workerRef } from './host.js';
import { type Launch, launch, preload } from './launch.js';
import { type WorkerChannel, workerChannel, type Peer } from './workerChannel.js';
import type { FollowOutput } from './workerOutputs.js';
import { guardChannel } from './guardChannel.js';
import { processSamples } from './processSamples.js';
import { readStack } from './inspector.js';
import { processUsage } from './processUsage.js';
import { refuseFrames } from './refuseFrames.js';
import { whyUnreadable } from './whyUnreadable.js';
import { invalidFrameText, limitReports } from './invalidFrames.js';
import { signal } from './signal.js';
import { removeStaleSockets } from './staleSockets.js';
import { redeliverConnections } from './redeliverConnections.js';
import { isWatchModeMessage, forwardToWatcher } from './watchMode.js';

/** The host of real processes: node:cluster for the workers, `process` for the signals. */
export interface NodeHost extends Host {
  /**
   * Sends to one worker, or to all. Throws `MessageError` if the message cannot be serialised or the worker is not connected;
   * later failures go to `failed`.
   */
  readonly send: (message: unknown, worker: number | undefined, failed: (error: Error) => void) => void;
  /** The connected workers with their channels, without those that are not in a slot yet. */
  readonly peers: () => readonly Peer[];
  /** Whether this host has forked the worker and it has not exited. */
  readonly has: (worker: number) => boolean;
  /** Call it when nothing is forked any more. Closes the connections that wait for a worker, and calls `action` when no process is left; at once if there is none. */
  readonly whenEmpty: (action: () => void) => void;
}

/** Shared by all processes. */
const sampleDeadlines = deadlines(now);

/** The id of the last fork that failed. Such ids are negative: node:cluster counts some failed forks and not others, and no id is used twice. */
let lastFailedId = 0;

/** `read` reads the output of the workers, if it is piped. */
export const nodeHost = (how: Launch, read?: FollowOutput): NodeHost => {
  // node:cluster removes a worker when it has disconnected, but it may still have to be killed, so it is kept here.
  const workers = new Map<number, Worker>();
  const channels = new Map<number, Peer & WorkerChannel>();
  const held = new Set<number>();
  const written$ = new Subject<TopicMessage>();
  written$.pipe(topicRouter()).subscribe(({ to, frame }) => channels.get(to)?.deliver(frame));
  const whenEmptyCallbacks: (() => void)[] = [];
  const connections = redeliverConnections();
  const pack = messageCopier(how.serialization);
  const cache = compileCache(how.compileCache, how.uid, how.gid);

  const closeChannel = (worker: Worker) => {
    channels.get(worker.id)?.end();
    channels.delete(worker.id);
  };
  const removeWorker = (worker: Worker) => {
    workers.delete(worker.id);
    held.delete(worker.id);
    closeChannel(worker);
    if (workers.size === 0) for (const action of whenEmptyCallbacks.splice(0)) action();
  };

  const fork = (slotRef: SlotRef, { release$ }: ForkOptions = {}): Observable<ProcessEvent> =>
    new Observable((subscriber) => {
      try {
        // The preload belongs to the release that the master was started from, which may have been removed.
        const missing = how.drain === undefined ? undefined : whyUnreadable(preload);
        const drain = missing === undefined ? how.drain : undefined;
        const { worker, inspected } = launch({ ...how, drain }, slotRef, cache.env());
        const invalid = limitReports((what) => subscriber.next({ type: 'error', error: new MessageError(what) }), now);
        const failed = (error: Error) => subscriber.next({ type: 'error', error });
        isolateSockets(worker, slotRef.cluster);
        shareInheritedSockets(worker, inheritedSockets(failed), failed);
        connections.watch(worker, failed, invalid);
        removeStaleSockets(worker, (path) => failed(staleSocketRemoved(path)));
        const release = release$ && holdRequests(worker, () => subscriber.next({ type: 'held' }), invalid);
        refuseFrames(worker, invalid);
        workers.set(worker.id, worker);
        const ref = workerRef({ id: worker.id, pid: worker.process.pid }, slotRef);
        worker.on('disconnect', () => closeChannel(worker));
        channels.set(worker.id, {
          worker: ref,
          ...workerChannel(worker, how.serialization, subscriber, (written) => written$.next(written), invalid),
        });
        const reading = read?.(ref, worker.process);
        if (release$ !== undefined && release !== undefined) {
          held.add(worker.id);
          const giveSlot = (to: SlotRef) => {
            const named = workerRef({ id: worker.id, pid: worker.process.pid }, to);
            const channel = channels.get(worker.id);
            if (channel !== undefined) channels.set(worker.id, { ...channel, worker: named });
            reading?.rename(named);
            held.delete(worker.id);
            release();
          };
          subscriber.add(release$.pipe(take(1)).subscribe(giveSlot));
        }
        const unfollow = follow(worker, inspected, drain, subscriber, invalid, (exited) => {
          reading?.end();
          removeWorker(exited);
        });
        if (missing !== undefined) subscriber.next({ type: 'error', error: preloadMissing(missing) });
        return unfollow;
      } catch (error) {
        lastFailedId -= 1;
        return failedFork(lastFailedId, asError(error), subscriber);
      }
    });

  const send: NodeHost['send'] = (message, id, failed) => {
    // A message that cannot be serialised throws also if no worker is connected.
    pack('send', message);
    const reached = [...workers.values()].filter(
      (worker) => worker.isConnected() && (id === undefined || worker.id === id),
    );
    if (id !== undefined && reached.length === 0) throw new MessageError(`send: worker ${id} has left`);
    for (const worker of reached) {
      // Keeps the order of messages.
      channels.get(worker.id)?.flush();
      sendMessage(worker, message, failed);
    }
  };

  return {
    fork,
    send,
    peers: () =>
      [...channels].filter(([id]) => !held.has(id) && workers.get(id)?.isConnected() === true).map(([, peer]) => peer),
    has: (id) => workers.has(id),
    signal,
    serialization: how.serialization,
    random: Math.random,
    wanted$,
    now,
    whenEmpty: (action) => {
      connections.close();
      whenEmptyCallbacks.push(cache.remove, action);
      if (workers.size === 0) for (const callback of whenEmptyCallbacks.splice(0)) callback();
    },
  };
};

const follow = (
  worker: Worker,
  inspected: boolean,
  drain: Drain | undefined,
  subscriber: Subscriber<ProcessEvent>,
  invalid: (what: string) => void,
  removeWorker: (worker: Worker) => void,
) => {
  const { process: child } = worker;
  let askedToLeave = false;
  const reported$ = new Subject<WorkerReport>();
  const exited$ = new ReplaySubject<0>(1);
  const emitExit = (code: number | null, signal: string | null, spawn: boolean) => {
    removeWorker(worker);
    exited$.next(0);
    subscriber.next({ type: 'exit', code, signal, spawn });
    subscriber.complete();
  };
  const usage$ = defer(() => (child.pid === undefined || !isRunning(worker) ? EMPTY : processUsage(child.pid)));
  const process: Process = {
    id: worker.id,
    pid: child.pid,
    disconnect: () => {
      askedToLeave = true;
      // A worker that is disconnecting by itself treats a second request as an error, and dies of it.
      if (!worker.isConnected() || worker.exitedAfterDisconnect) return;
      if (drain === undefined) worker.disconnect();
      else sendFrame(worker, { cmd: 'NODE_PROTEUS_CLUSTER', drain });
    },
    tell: (feature, body) => sendFrame(worker, { cmd: 'NODE_PROTEUS_CLUSTER', feature, body }),
    kill: (signal) => {
      const kill = () => child.kill(signal);
      if (signal === 'SIGTERM' || child.pid === undefined || !isRunning(worker)) kill();
      else killTree(child.pid, kill);
    },
    usage$,
    sample$: processSamples({
      usage$,
      report$: drain === undefined ? undefined : reports(worker, reported$),
      exited$,
      now,
      deadlines: sampleDeadlines,
    }),
    stack$: defer(() => (child.pid === undefined || !isRunning(worker) ? EMPTY : readStack(child.pid))),
    inspected,
  };

  worker.on('online', () => {
    if (drain !== undefined) sendFrame(worker, { cmd: 'NODE_PROTEUS_CLUSTER', alone: drain });
    subscriber.next({ type: 'online' });
  });
  worker.on('listening', (claimed: unknown) => {
    const address = decodeAddress(claimed);
    if (address === undefined)
      invalid(
        `worker ${worker.id} reported that it listens without a valid address: expected an address and a port. The report is ignored`,
      );
    else subscriber.next({ type: 'listening', address });
  });
  worker.on('message', (message: unknown, handle: unknown) => {
    if (isWatchModeMessage(message)) forwardToWatcher(message);
    else subscriber.next(handle === undefined ? { type: 'message', message } : { type: 'message', message, handle });
  });
  child.on('internalMessage', (message: unknown) => {
    if (!isWorkerFrame(message)) return;
    const frame = decode(message);
    if (frame === undefined) return invalid(invalidFrameText(worker.id, message['cmd']));
    if (frame.cmd === 'NODE_PROTEUS_CLUSTER:sample') return reported$.next(frame.report);
    const event = eventOf(frame);
    // Everything sent to the worker before arrives before this disconnect. `cluster.workers` no longer contains it afterwards.
    if (event.type === 'drained') worker.disconnect();
    subscriber.next(event);
  });
  worker.on('disconnect', () => {
    // A worker that disconnects itself sets this flag; one that dies does not.
    if (!askedToLeave && worker.exitedAfterDisconnect) subscriber.next({ type: 'leaving', why: 'disconnected' });
    subscriber.next({ type: 'disconnect' });
  });
  worker.on('error', (error) => {
    // node:cluster answered a worker that had just closed its channel; `disconnect` reports that.
    if (codeOf(error) === 'EPIPE') return;
    subscriber.next({ type: 'error', error });
    // A process that could not be started emits no exit.
    if (child.pid !== undefined) return;
    subscriber.next({ type: 'cause', cause: errorData(error) });
    emitExit(null, null, true);
  });
  worker.once('exit', (code: number | null, signal: string | null) =>
    afterLastOutput(worker, () => emitExit(code, signal, false)),
  );

  subscriber.next({ type: 'fork', process });
  guardChannel(worker, {
    broken: (error) => {
      subscriber.next({ type: 'error', error });
      subscriber.next({ type: 'cause', cause: errorData(error) });
      process.kill('SIGKILL');
    },
    unguarded: (error) => subscriber.next({ type: 'error', error }),
  });
  return () => {
    if (isRunning(worker)) process.kill('SIGKILL');
  };
};

/**
 * When several workers die at the same time, `exit` may be emitted before the last messages and output of a worker, and the cause of its death, have been read.
 * Everything in the channel and the output pipes has been read after two turns of the event loop. Waiting for them to close is not possible: the channel of a worker that dies with a handle on the way
 * never closes, nor do pipes that a descendant process holds open.
 */
const afterLastOutput = (worker: Worker, action: () => void): void => {
  if (worker.isConnected() || isReading(worker)) setImmediate(() => setImmediate(action));
  else action();
};

const isReading = ({ process: { stdout, stderr } }: Worker): boolean =>
  stdout?.closed === false || stderr?.closed === false;

const isRunning = ({ process: { pid, exitCode, signalCode } }: Worker): boolean =>
  pid !== undefined && exitCode === null && signalCode === null;

/** A worker reports while this is subscribed. */
const reports = (worker: Worker, reported$: Observable<WorkerReport>): Observable<WorkerReport> =>
  new Observable((subscriber) => {
    subscriber.add(reported$.subscribe(subscriber));
    sendFrame(worker, { cmd: 'NODE_PROTEUS_CLUSTER', sample: true });
    return () => sendFrame(worker, { cmd: 'NODE_PROTEUS_CLUSTER', sample: false });
  });

const eventOf = (frame: Exclude<WorkerFrame, { readonly cmd: 'NODE_PROTEUS_CLUSTER:sample' }>): ProcessEvent => {
  switch (frame.cmd) {
    case 'NODE_PROTEUS_CLUSTER:leaving':
      return { type: 'leaving', why: frame.why };
    case 'NODE_PROTEUS_CLUSTER:replace':
      return { type: 'replace-request', why: frame.why };
    case 'NODE_PROTEUS_CLUSTER:listening':
      return { type: 'listening', address: frame.address };
    case 'NODE_PROTEUS_CLUSTER:cut':
      return { type: 'cut', connections: frame.connections, why: frame.why };
    case 'NODE_PROTEUS_CLUSTER:hooks':
      return { type: 'hooks', names: frame.names };
    case 'NODE_PROTEUS_CLUSTER:error':
      return { type: 'error', error: new Error(frame.message) };
    case 'NODE_PROTEUS_CLUSTER:cause':
      return { type: 'cause', cause: frame.cause };
    case 'NODE_PROTEUS_CLUSTER:drained':
      return { type: 'drained' };
    default:
      return { type: 'frame', feature: frame.feature, body: frame.body };
  }
};

const staleSocketRemoved = (path: string): Error =>
  new Error(
    `listen: ${path} was a socket that nobody answers on, left by a killed process. It has been removed, and the worker listens there`,
  );

const preloadMissing = (why: string): Error =>
  new Error(
    `preload: ${preload} cannot be loaded into the worker (${why}). The worker serves without it and does not drain. Keep the files of this package in place while the master runs, and do not bundle them`,
  );

/** The channel may have closed; its `disconnect` follows. */
const sendFrame = (worker: Worker, frame: MasterFrame): void => {
  if (worker.isConnected()) worker.process.send(frame, () => {});
};

/** A fork that threw: emitted on the next turn of the event loop, like failures that node:cluster reports itself. */
const failedFork = (id: number, error: Error, subscriber: Subscriber<ProcessEvent>) => {
  const process: Process = {
    id,
    pid: undefined,
    disconnect: () => {},
    tell: () => {},
    kill: () => {},
    usage$: EMPTY,
    sample$: EMPTY,
    stack$: EMPTY,
    inspected: false,
  };
  subscriber.next({ type: 'fork', process });
  const timer = setImmediate(() => {
    subscriber.next({ type: 'error', error });
    subscriber.next({ type: 'cause', cause: errorData(error) });
    subscriber.next({ type: 'exit', code: null, signal: null, spawn: true });
    subscriber.complete();
  });
  return () => clearImmediate(timer);
};

const sendMessage = (worker: Worker, message: unknown, failed: (error: Error) => void): void => {
  try {
    // Node's own types ask for less than what it sends: anything that can be serialised.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    worker.process.send(message as object, (error) => {
      if (error !== null)
        failed(
          new MessageError(`send: worker ${worker.id} did not receive the message: ${error.message}`, { cause: error }),
        );
    });
  } catch (error) {
    throw new MessageError(`send: expected a message that can be serialised; ${asError(error).message}`, {
      cause: error,
    });
  }
};

const codeOf = (error: Error): unknown => ('code' in error ? error.code : undefined);
const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));
