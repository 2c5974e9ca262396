import type { Worker } from 'node:cluster';
import { Observable, Subject, type Subscriber } from 'rxjs';
import { MessageError } from '../vocabulary/errors.js';
import { errorData } from '../vocabulary/errorData.js';
import { topicRouter, type TopicMessage } from '../channel/topicRouter.js';
import { messageCopier } from '../channel/copyMessage.js';
import {
  decode,
  decodeAddress,
  type Drain,
  isWorkersFrame,
  type MasterSays,
  type WorkerSays,
} from '../vocabulary/protocol.js';
import { isolateSockets } from './isolateSockets.js';
import { now } from './clock.js';
import { compileCache } from './compileCache.js';
import { killTree } from './descendants.js';
import type { Host, Process, ProcessEvent, Seat } from './host.js';
import { type Launch, launch, preload } from './launch.js';
import { type WorkerChannel, workerChannel, type Peer } from './workerChannel.js';
import type { FollowOutput } from './workerOutputs.js';
import { guardChannel } from './guardChannel.js';
import { refuseFrames } from './refuseFrames.js';
import { whyUnreadable } from './whyUnreadable.js';
import { misfit, sparing } from './misfit.js';
import { signal } from './signal.js';
import { removeStaleSockets } from './staleSockets.js';
import { redeliverConnections } from './redeliverConnections.js';
import { isOfWatchMode, passOn } from './watchMode.js';

/** The host of real processes: node:cluster for the workers, `process` for the signals. */
export interface NodeHost extends Host {
  /**
   * Sends to one worker, or to all. Throws `MessageError` if the message cannot be serialised or the worker cannot be reached;
   * what fails later goes to `failed`.
   */
  readonly send: (message: unknown, worker: number | undefined, failed: (error: Error) => void) => void;
  /** Who can be talked with: all that are connected. */
  readonly peers: () => readonly Peer[];
  /** Whether this worker is its own, and has not exited. */
  readonly has: (worker: number) => boolean;
  /** Forks no more, and runs `act` when no process is left; at once if there is none. */
  readonly whenEmpty: (act: () => void) => void;
}

/** Who never came to be has a negative id: node:cluster counts some of those and not others, and no id is used twice. */
let unborn = 0;

/** `read` takes what the workers write, where that comes to the master. */
export const nodeHost = (how: Launch, read?: FollowOutput): NodeHost => {
  // node:cluster forgets a worker as soon as it has disconnected; what must still be killed is remembered here.
  const living = new Map<number, Worker>();
  const channels = new Map<number, Peer & WorkerChannel>();
  const written$ = new Subject<TopicMessage>();
  written$.pipe(topicRouter()).subscribe(({ to, frame }) => channels.get(to)?.deliver(frame));
  const waiting: (() => void)[] = [];
  const connections = redeliverConnections();
  const pack = messageCopier(how.serialization);
  const cache = compileCache(how.compileCache, how.uid, how.gid);

  const part = (worker: Worker) => {
    channels.get(worker.id)?.end();
    channels.delete(worker.id);
  };
  const bury = (worker: Worker) => {
    living.delete(worker.id);
    part(worker);
    if (living.size === 0) for (const act of waiting.splice(0)) act();
  };

  const fork = (seat: Seat): Observable<ProcessEvent> =>
    new Observable((subscriber) => {
      try {
        // It goes with the release that the master was started from, and that may be gone.
        const missing = how.drain === undefined ? undefined : whyUnreadable(preload);
        const drain = missing === undefined ? how.drain : undefined;
        const worker = launch({ ...how, drain }, seat, cache.env());
        const unfit = sparing((what) => subscriber.next({ type: 'error', error: new MessageError(what) }), now);
        isolateSockets(worker, seat.cluster);
        connections.watch(worker, (error) => subscriber.next({ type: 'error', error }), unfit);
        removeStaleSockets(worker, (path) => subscriber.next({ type: 'error', error: leftBehind(path) }));
        refuseFrames(worker, unfit);
        living.set(worker.id, worker);
        const ref = { id: worker.id, pid: worker.process.pid, ...seat };
        worker.on('disconnect', () => part(worker));
        channels.set(worker.id, {
          worker: ref,
          ...workerChannel(worker, how.serialization, subscriber, (written) => written$.next(written), unfit),
        });
        const finish = read?.(ref, worker.process);
        const unfollow = follow(worker, drain, subscriber, unfit, (gone) => {
          finish?.();
          bury(gone);
        });
        if (missing !== undefined) subscriber.next({ type: 'error', error: unprepared(missing) });
        return unfollow;
      } catch (error) {
        unborn -= 1;
        return stillborn(unborn, asError(error), subscriber);
      }
    });

  const send: NodeHost['send'] = (message, id, failed) => {
    // What is wrong with it is said also where nobody is there to get it.
    pack('send', message);
    const reached = [...living.values()].filter(
      (worker) => worker.isConnected() && (id === undefined || worker.id === id),
    );
    if (id !== undefined && reached.length === 0) throw new MessageError(`send: worker ${id} is not there any more`);
    for (const worker of reached) {
      // In the order in which it was said.
      channels.get(worker.id)?.flush();
      post(worker, message, failed);
    }
  };

  return {
    fork,
    send,
    peers: () => [...channels].filter(([id]) => living.get(id)?.isConnected() === true).map(([, peer]) => peer),
    has: (id) => living.has(id),
    signal,
    serialization: how.serialization,
    random: Math.random,
    now,
    whenEmpty: (act) => {
      connections.close();
      waiting.push(cache.remove, act);
      if (living.size === 0) for (const last of waiting.splice(0)) last();
    },
  };
};

const follow = (
  worker: Worker,
  drain: Drain | undefined,
  subscriber: Subscriber<ProcessEvent>,
  unfit: (what: string) => void,
  bury: (worker: Worker) => void,
) => {
  const { process: child } = worker;
  let asked = false;
  const end = (code: number | null, signal: string | null, spawn: boolean) => {
    bury(worker);
    subscriber.next({ type: 'exit', code, signal, spawn });
    subscriber.complete();
  };
  const process: Process = {
    id: worker.id,
    pid: child.pid,
    disconnect: () => {
      asked = true;
      // One that is about to disconnect by itself takes a second request for an error, and dies of it.
      if (!worker.isConnected() || worker.exitedAfterDisconnect) return;
      if (drain === undefined) worker.disconnect();
      else tell(worker, { cmd: 'NODE_PROTEUS_CLUSTER', drain });
    },
    tell: (feature, body) => tell(worker, { cmd: 'NODE_PROTEUS_CLUSTER', feature, body }),
    kill: (signal) => {
      const kill = () => child.kill(signal);
      if (signal === 'SIGTERM' || child.pid === undefined || !living(worker)) kill();
      else killTree(child.pid, kill);
    },
  };

  worker.on('online', () => {
    if (drain !== undefined) tell(worker, { cmd: 'NODE_PROTEUS_CLUSTER', alone: drain });
    subscriber.next({ type: 'online' });
  });
  worker.on('listening', (claimed: unknown) => {
    const address = decodeAddress(claimed);
    if (address === undefined)
      unfit(`worker ${worker.id} says that it listens, and not where: expected an address and a port. It is ignored`);
    else subscriber.next({ type: 'listening', address });
  });
  worker.on('message', (message: unknown, handle: unknown) => {
    if (isOfWatchMode(message)) passOn(message);
    else subscriber.next(handle === undefined ? { type: 'message', message } : { type: 'message', message, handle });
  });
  child.on('internalMessage', (message: unknown) => {
    if (!isWorkersFrame(message)) return;
    const says = decode(message);
    if (says === undefined) return unfit(misfit(worker.id, message['cmd']));
    const event = told(says);
    // From here on nobody finds it in cluster.workers, and all that was sent to it comes before the answer.
    if (event.type === 'drained') worker.disconnect();
    subscriber.next(event);
  });
  worker.on('disconnect', () => {
    // A worker that disconnects itself sets this flag, one that dies does not.
    if (!asked && worker.exitedAfterDisconnect) subscriber.next({ type: 'leaving', why: 'disconnected' });
    subscriber.next({ type: 'disconnect' });
  });
  worker.on('error', (error) => {
    // node:cluster has answered a worker that had just closed its end; `disconnect` says so.
    if (codeOf(error) === 'EPIPE') return;
    subscriber.next({ type: 'error', error });
    // A process that never came to be emits no exit.
    if (child.pid !== undefined) return;
    subscriber.next({ type: 'cause', cause: errorData(error) });
    end(null, null, true);
  });
  worker.once('exit', (code: number | null, signal: string | null) => whenRead(worker, () => end(code, signal, false)));

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
    if (living(worker)) process.kill('SIGKILL');
  };
};

/**
 * Who dies at the same moment as another is found dead with it, before its last words have been read: its messages, and what it died of.
 * All that is in the channel, and in the pipes of its output, has been read after two turns of the loop; the channel of one that dies with a handle on its way
 * never closes, nor do pipes that a process which it has started holds open.
 */
const whenRead = (worker: Worker, act: () => void): void => {
  if (worker.isConnected() || isHeard(worker)) setImmediate(() => setImmediate(act));
  else act();
};

const isHeard = ({ process: { stdout, stderr } }: Worker): boolean =>
  stdout?.closed === false || stderr?.closed === false;

const living = ({ process: { pid, exitCode, signalCode } }: Worker): boolean =>
  pid !== undefined && exitCode === null && signalCode === null;

const told = (says: WorkerSays): ProcessEvent => {
  switch (says.cmd) {
    case 'NODE_PROTEUS_CLUSTER:leaving':
      return { type: 'leaving', why: says.why };
    case 'NODE_PROTEUS_CLUSTER:replace':
      return { type: 'replace-request', why: says.why };
    case 'NODE_PROTEUS_CLUSTER:listening':
      return { type: 'listening', address: says.address };
    case 'NODE_PROTEUS_CLUSTER:cut':
      return { type: 'cut', connections: says.connections, why: says.why };
    case 'NODE_PROTEUS_CLUSTER:hooks':
      return { type: 'hooks', names: says.names };
    case 'NODE_PROTEUS_CLUSTER:error':
      return { type: 'error', error: new Error(says.message) };
    case 'NODE_PROTEUS_CLUSTER:cause':
      return { type: 'cause', cause: says.cause };
    case 'NODE_PROTEUS_CLUSTER:drained':
      return { type: 'drained' };
    default:
      return { type: 'frame', feature: says.feature, body: says.body };
  }
};

const leftBehind = (path: string): Error =>
  new Error(
    `listen: ${path} was in use by a socket on which nobody answers, left by a process that was killed. It has been removed, and the worker listens there`,
  );

const unprepared = (why: string): Error =>
  new Error(
    `preload: ${preload} cannot be loaded into the worker (${why}). It serves without, and does not drain: keep the files of this package in place while the master runs, and out of a bundle`,
  );

/** The channel may have closed meanwhile: its `disconnect` is on the way, and there is nobody left to tell. */
const tell = (worker: Worker, says: MasterSays): void => {
  if (worker.isConnected()) worker.process.send(says, () => {});
};

/** A fork that threw: told on the next turn, as a failure that node:cluster reports itself would be. */
const stillborn = (id: number, error: Error, subscriber: Subscriber<ProcessEvent>) => {
  const process: Process = { id, pid: undefined, disconnect: () => {}, tell: () => {}, kill: () => {} };
  subscriber.next({ type: 'fork', process });
  const tell = setImmediate(() => {
    subscriber.next({ type: 'error', error });
    subscriber.next({ type: 'cause', cause: errorData(error) });
    subscriber.next({ type: 'exit', code: null, signal: null, spawn: true });
    subscriber.complete();
  });
  return () => clearImmediate(tell);
};

const post = (worker: Worker, message: unknown, failed: (error: Error) => void): void => {
  try {
    // Node's own types ask for less than what it sends: anything that can be serialised.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    worker.process.send(message as object, (error) => {
      if (error !== null)
        failed(new MessageError(`send: worker ${worker.id} did not get it: ${error.message}`, { cause: error }));
    });
  } catch (error) {
    throw new MessageError(`send: expected a message that can be serialised; ${asError(error).message}`, {
      cause: error,
    });
  }
};

const codeOf = (error: Error): unknown => ('code' in error ? error.code : undefined);
const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));
