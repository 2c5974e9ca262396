import type { Worker } from 'node:cluster';
import { hasHeldRefusals, holdRefusal, releaseOldest } from './heldRefusals.js';

/** Delivers connections of a cluster again that round robin would lose in this master. */
export interface ConnectionRedelivery {
  /**
   * Call it right after the fork. `failed` is called, once per process, if connections cannot be redelivered with this Node; `invalid` is called for impossible frames of the worker,
   * which are ignored.
   */
  readonly watch: (worker: Worker, failed: (error: Error) => void, invalid?: (what: string) => void) => void;
  /** The cluster has ended: waiting connections are closed. */
  readonly close: () => void;
}

/**
 * Under round robin the master accepts a connection, sends it to a worker (`newconn`), and keeps its own copy until the worker has acknowledged it (`ack`).
 * If no acknowledgement can come any more, node:cluster forgets the connection: the client hangs and the descriptor leaks. That happens when a worker dies or closes
 * its channel with a connection on the way, and when the last worker stops listening at that moment.
 *
 * Here such a connection goes to another worker that listens on the same server, or waits for the next one. The state is read from the messages between
 * node:cluster and its workers; if these are not as expected, connections are left to node:cluster from then on.
 *
 * A worker at `maxConnections` refuses a connection, and node:cluster offers it again at once, to the same worker where no other is free. With all workers
 * at their limit the master would do nothing else. So node:cluster hears of such a refusal when another worker is free, and otherwise after a delay.
 */
export const redeliverConnections = (): ConnectionRedelivery => {
  const waiting = new Set<Connection>();
  let closed = false;

  const deliver = (connection: Connection): void => {
    const [first, ...others] = [...(servers.get(connection.key) ?? [])].filter((listener) => listener.isAlive());
    if (first !== undefined)
      others.reduce((one, other) => (other.load() < one.load() ? other : one), first).take(connection);
    else if (closed) connection.close();
    else waiting.add(connection);
  };

  const watch: ConnectionRedelivery['watch'] = (worker, failed, invalid = () => {}) => {
    const { process } = worker;
    // oxlint-disable-next-line typescript/unbound-method -- it is applied to the process it comes from.
    const { send } = process;
    const sent = new Map<unknown, Sent>();
    const keys = new Set<string>();
    /** By the key of the server: it has refused its last connection, and so many refusals in a row have been held. */
    const refusals = new Map<string, number>();
    /** What cancels the wait of each refusal that is held. */
    const holds = new Map<unknown, () => void>();
    let hasAsked = false;
    let ignored = false;

    const reportOnce = (expected: string): void => {
      if (reported) return;
      reported = true;
      failed(
        new Error(
          `connections of a dying worker cannot be delivered to another worker: expected ${expected} of node:cluster, which Node ${globalThis.process.version} does not do. Their clients wait for their own timeout. With schedulingPolicy: 'none' no connection is lost`,
        ),
      );
    };

    const disableForAll = (expected: string): void => {
      disabled = true;
      reportOnce(expected);
    };

    /** The unexpected message may be the worker's own fault, so only this worker is ignored. */
    const disableForWorker = (expected: string): void => {
      ignored = true;
      reportOnce(expected);
    };

    const reportInvalid = (problem: string): void =>
      invalid(`worker ${worker.id} sent an impossible frame of node:cluster (${problem}), which is ignored`);

    const listener: Listener = {
      isAlive: () => process.connected && process.exitCode === null && process.signalCode === null,
      load: () => sent.size,
      isFree: (key) => !refusals.has(key) && !isOffered(key),
      take: (connection) => {
        count += 1;
        // Not a number, because node:cluster's own are numbers.
        const seq = `proteus-cluster/${count}`;
        sent.set(seq, { connection, server: undefined });
        const message = { cmd: 'NODE_CLUSTER', act: 'newconn', key: connection.key, seq };
        // If the worker cannot be reached it is about to exit, and the connection is redelivered then.
        Reflect.apply(send, process, [message, connection.handle, () => {}]);
      },
    };

    /** Whether a connection is on its way to the worker. */
    const isOffered = (key: string): boolean => {
      for (const { connection } of sent.values()) if (connection.key === key) return true;
      return false;
    };

    const addListener = (key: string): void => {
      keys.add(key);
      servers.set(key, (servers.get(key) ?? new Set()).add(listener));
      offerHeld(key);
      for (const connection of waiting) {
        if (connection.key !== key) continue;
        waiting.delete(connection);
        listener.take(connection);
      }
    };

    const removeListener = (key: string): void => {
      keys.delete(key);
      refusals.delete(key);
      const server = servers.get(key);
      if (server?.delete(listener) && server.size === 0) servers.delete(key);
    };

    const onSent = (message: unknown, handle: unknown): void => {
      if (disabled || ignored || !isInternal(message)) return;
      const { act, key, seq, ack, errno } = message;
      if (act === 'newconn') {
        if (typeof key !== 'string' || seq === undefined || !isHandle(handle))
          return disableForAll('a connection with a key, a number and a handle that can be closed');
        const server = servers.get(key);
        if (server === undefined) return disableForAll('connections only for workers that listen');
        sent.set(seq, { connection: { key, handle, close: () => handle.close() }, server });
      } else if (act === 'disconnect') {
        for (const each of keys) removeListener(each);
      } else if (ack !== undefined && typeof key === 'string') {
        hasAsked = true;
        // With a handle the worker accepts by itself, and with an error not at all.
        if (!isHandle(handle) && !errno) addListener(key);
      }
    };

    const onReceived = (message: unknown): void => {
      if (disabled || ignored || !isInternal(message)) return;
      const { act, key, ack, accepted } = message;
      if (act === 'close' && typeof key === 'string') removeListener(key);
      else if (act === 'listening' && !hasAsked) disableForWorker('an answer to a worker that asks to listen');
      else if (ack !== undefined && typeof accepted === 'boolean') {
        if (!accepted && holdsBack(ack)) message.cmd = heldBack;
        else onAcknowledged(ack, accepted);
      }
    };

    /** Holds a refusal back, the first time that it comes, if no worker is free for its connection. */
    const holdsBack = (seq: unknown): boolean => {
      if (holds.delete(seq)) return false;
      const key = sent.get(seq)?.connection.key;
      // It refuses because it has stopped listening.
      if (key === undefined || !keys.has(key)) return false;
      const before = refusals.get(key) ?? 0;
      refusals.set(key, before);
      const server = servers.get(key);
      // Redelivery begins with the first.
      if (server?.delete(listener)) server.add(listener);
      for (const other of server ?? []) if (other.isAlive() && other.isFree(key)) return false;
      refusals.set(key, before + 1);
      const release = () => process.emit('internalMessage', { cmd: 'NODE_CLUSTER', ack: seq, accepted: false });
      holds.set(seq, holdRefusal(key, Math.min(1.25 ** before, maxHoldMs), release));
      return true;
    };

    /** Once node:cluster has given the worker what waits in its own queue, what is held has its turn. */
    const offerHeld = (key: string): void => {
      if (!hasHeldRefusals(key)) return;
      queueMicrotask(() => {
        if (keys.has(key) && listener.isFree(key)) releaseOldest(key);
      });
    };

    const onAcknowledged = (seq: unknown, accepted: boolean): void => {
      const entry = sent.get(seq);
      if (entry === undefined) return reportInvalid('an answer to a connection that was not sent to it');
      const { connection, server } = entry;
      sent.delete(seq);
      if (accepted) {
        refusals.delete(connection.key);
        offerHeld(connection.key);
        if (server === undefined) connection.close();
        // node:cluster gives a refused connection to another worker of the same server.
      } else if (server === undefined || servers.get(connection.key) !== server) deliver(connection);
    };

    /** node:cluster removes a worker from its servers on disconnect, which may never be emitted for a worker with a connection on the way. */
    const stop = (): void => {
      for (const key of keys) {
        removeListener(key);
        if (!disabled) process.emit('internalMessage', { cmd: 'NODE_CLUSTER', act: 'close', key });
      }
    };

    const leave = (): void => {
      stop();
      ignored = true;
      for (const cancel of holds.values()) cancel();
      holds.clear();
      const all = [...sent];
      sent.clear();
      for (const [seq, { connection, server }] of all) {
        if (server === undefined) deliver(connection);
        else if (!disabled) deliver({ ...connection, close: () => release(seq, connection) });
      }
    };

    /** node:cluster still waits for an acknowledgement; with it, it closes the handle and forgets it. */
    const release = (ack: unknown, { handle }: Connection): void => {
      process.emit('internalMessage', { cmd: 'NODE_CLUSTER', ack, accepted: true });
      handle.close();
    };

    process.send = (...args: readonly unknown[]): boolean => {
      const isSent = Reflect.apply(send, process, args) === true;
      // After sending: a waiting connection must follow the answer that lets the worker listen.
      onSent(args[0], args[1]);
      return isSent;
    };
    process.prependListener('internalMessage', onReceived);
    process.once('disconnect', leave);
    worker.once('exit', () => {
      stop();
      // Its last acknowledgements may still be unread. Everything in the channel has been read after two turns of the event loop.
      if (process.connected) setImmediate(() => setImmediate(leave));
      else leave();
    });
  };

  const close = (): void => {
    closed = true;
    for (const connection of waiting) connection.close();
    waiting.clear();
  };

  return { watch, close };
};

interface Handle {
  readonly close: () => void;
}

interface Connection {
  /** The key of the server in node:cluster. It differs between clusters. */
  readonly key: string;
  readonly handle: Handle;
  /** Call when a worker has accepted it, or none will. */
  readonly close: () => void;
}

/** `server`: the workers that listened when node:cluster sent it; `undefined` for a redelivered connection. */
interface Sent {
  readonly connection: Connection;
  readonly server: Set<Listener> | undefined;
}

interface Listener {
  readonly isAlive: () => boolean;
  /** How many connections it has not acknowledged. */
  readonly load: () => number;
  /** Whether it has not refused its last connection of this server, and no other one is on its way to it. */
  readonly isFree: (key: string) => boolean;
  readonly take: (connection: Connection) => void;
}

/** The listening workers by server key: node:cluster has the same map but does not expose it. */
const servers = new Map<string, Set<Listener>>();
let count = 0;
/** The internals are the same for all workers of this process, so one unexpected message disables redelivery for all. */
let disabled = false;
let reported = false;

/** The longest time that a refusal is held back, in ms. The first one is held for 1 ms, each further one a quarter longer, so that a worker that has room again does not wait long for a connection. */
const maxHoldMs = 64;
/** In place of node:cluster's own `cmd`: it does not read the message. */
const heldBack = 'NODE_PROTEUS_CLUSTER_HELD';

interface InternalMessage extends Readonly<Record<string, unknown>> {
  cmd: unknown;
}

const isInternal = (message: unknown): message is InternalMessage =>
  typeof message === 'object' && message !== null && 'cmd' in message && message.cmd === 'NODE_CLUSTER';

const isHandle = (handle: unknown): handle is Handle =>
  typeof handle === 'object' && handle !== null && 'close' in handle && typeof handle.close === 'function';
