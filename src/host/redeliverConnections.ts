import type { Worker } from 'node:cluster';

/** Saves the connections that round robin would strand in this master. Of one cluster. */
export interface ConnectionRedelivery {
  /**
   * Right after the fork. `failed` is told, once in this process, that nothing can be saved with this Node; `unfit`, what the worker says that cannot be so:
   * that is the fault of one worker, and is ignored.
   */
  readonly watch: (worker: Worker, failed: (error: Error) => void, unfit?: (what: string) => void) => void;
  /** The cluster has ended: nobody will come to whom a connection could be delivered. */
  readonly close: () => void;
}

/**
 * Under round robin the master accepts a connection, sends it to a worker (`newconn`), and keeps its own copy until the worker has answered (`ack`).
 * Where no answer can come any more node:cluster forgets it: the client hangs, and the descriptor stays. That is so for a worker that dies, or closes
 * its channel, with a connection on its way to it, and for the last one that stops listening just then.
 *
 * Here such a connection goes to another worker that listens there, or waits for the next that will. All is read from what passes between
 * node:cluster and its workers; if that is not as expected, it is left to node:cluster from then on.
 */
export const redeliverConnections = (): ConnectionRedelivery => {
  const waiting = new Set<Connection>();
  let closed = false;

  const deliver = (connection: Connection): void => {
    const [first, ...others] = [...(servers.get(connection.key) ?? [])].filter((listener) => listener.lives());
    if (first !== undefined)
      others.reduce((one, other) => (other.load() < one.load() ? other : one), first).take(connection);
    else if (closed) connection.close();
    else waiting.add(connection);
  };

  const watch: ConnectionRedelivery['watch'] = (worker, failed, unfit = () => {}) => {
    const { process } = worker;
    // oxlint-disable-next-line typescript/unbound-method -- it is applied to the process it comes from.
    const { send } = process;
    const sent = new Map<unknown, Sent>();
    const keys = new Set<string>();
    let asked = false;
    let left = false;

    const complain = (expected: string): void => {
      if (told) return;
      told = true;
      failed(
        new Error(
          `connections that a dying worker leaves in the master are not delivered to another one: expected ${expected} of node:cluster, which Node ${globalThis.process.version} does not do. Their clients wait until they give up; schedulingPolicy SCHED_NONE strands none`,
        ),
      );
    };

    const stepAside = (expected: string): void => {
      aside = true;
      complain(expected);
    };

    /** What a worker shows may be its own fault: only this one is left alone. */
    const passOver = (expected: string): void => {
      left = true;
      complain(expected);
    };

    const doubt = (said: string): void =>
      unfit(`worker ${worker.id} sent a frame of node:cluster that cannot be so (${said}), and it is ignored`);

    const listener: Listener = {
      lives: () => process.connected && process.exitCode === null && process.signalCode === null,
      load: () => sent.size,
      take: (connection) => {
        count += 1;
        // No number: node:cluster finds its own by number.
        const seq = `proteus-cluster/${count}`;
        sent.set(seq, { connection, server: undefined });
        const message = { cmd: 'NODE_CLUSTER', act: 'newconn', key: connection.key, seq };
        // Whom it does not reach is about to die, and it goes on from there.
        Reflect.apply(send, process, [message, connection.handle, () => {}]);
      },
    };

    const join = (key: string): void => {
      keys.add(key);
      servers.set(key, (servers.get(key) ?? new Set()).add(listener));
      for (const connection of waiting) {
        if (connection.key !== key) continue;
        waiting.delete(connection);
        listener.take(connection);
      }
    };

    const part = (key: string): void => {
      keys.delete(key);
      const server = servers.get(key);
      if (server?.delete(listener) && server.size === 0) servers.delete(key);
    };

    const says = (message: unknown, handle: unknown): void => {
      if (aside || left || !isInternal(message)) return;
      const { act, key, seq, ack, errno } = message;
      if (act === 'newconn') {
        if (typeof key !== 'string' || seq === undefined || !isHandle(handle))
          return stepAside('a connection with a key, a number and a handle that can be closed');
        const server = servers.get(key);
        if (server === undefined) return stepAside('connections only for who listens');
        sent.set(seq, { connection: { key, handle, close: () => handle.close() }, server });
      } else if (act === 'disconnect') {
        for (const each of keys) part(each);
      } else if (ack !== undefined && typeof key === 'string') {
        asked = true;
        // With a handle it accepts by itself, and with an error not at all.
        if (!isHandle(handle) && !errno) join(key);
      }
    };

    const hears = (message: unknown): void => {
      if (aside || left || !isInternal(message)) return;
      const { act, key, ack, accepted } = message;
      if (act === 'close' && typeof key === 'string') part(key);
      else if (act === 'listening' && !asked) passOver('an answer to who wants to listen');
      else if (ack !== undefined && typeof accepted === 'boolean') answered(ack, accepted);
    };

    const answered = (seq: unknown, accepted: boolean): void => {
      const found = sent.get(seq);
      if (found === undefined) return doubt('an answer to a connection that was not sent to it');
      const { connection, server } = found;
      sent.delete(seq);
      if (accepted) {
        if (server === undefined) connection.close();
        // What is refused node:cluster gives to another one, of those who listened together with this one.
      } else if (server === undefined || servers.get(connection.key) !== server) deliver(connection);
    };

    /** node:cluster has its workers stop listening when they disconnect, which one with a connection on its way may never be said to do. */
    const stop = (): void => {
      for (const key of keys) {
        part(key);
        if (!aside) process.emit('internalMessage', { cmd: 'NODE_CLUSTER', act: 'close', key });
      }
    };

    const leave = (): void => {
      stop();
      left = true;
      const all = [...sent];
      sent.clear();
      for (const [seq, { connection, server }] of all) {
        if (server === undefined) deliver(connection);
        else if (!aside) deliver({ ...connection, close: () => release(seq, connection) });
      }
    };

    /** node:cluster still waits for an answer. It closes the handle with it, and forgets it. */
    const release = (ack: unknown, { handle }: Connection): void => {
      process.emit('internalMessage', { cmd: 'NODE_CLUSTER', ack, accepted: true });
      handle.close();
    };

    process.send = (...args: readonly unknown[]): boolean => {
      const isSent = Reflect.apply(send, process, args) === true;
      // Afterwards: a connection that waits for a worker to listen comes to it behind the answer that it does.
      says(args[0], args[1]);
      return isSent;
    };
    process.prependListener('internalMessage', hears);
    process.once('disconnect', leave);
    worker.once('exit', () => {
      stop();
      // Its last answers may not have been read. All that is in the channel has been after two turns of the loop.
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
  /** By which node:cluster finds the server. It is another for each cluster. */
  readonly key: string;
  readonly handle: Handle;
  /** When a worker has taken it, or nobody will. */
  readonly close: () => void;
}

/** `server` is who listened there when node:cluster sent it; none for what was sent from here. */
interface Sent {
  readonly connection: Connection;
  readonly server: Set<Listener> | undefined;
}

interface Listener {
  readonly lives: () => boolean;
  /** How many connections it has not answered. */
  readonly load: () => number;
  readonly take: (connection: Connection) => void;
}

/** Who listens, by the key of the server: what node:cluster knows, and keeps to itself. */
const servers = new Map<string, Set<Listener>>();
let count = 0;
/** The internals are those of the process: what is sent to one worker in another way than expected, is sent so to all. */
let aside = false;
let told = false;

const isInternal = (message: unknown): message is Readonly<Record<string, unknown>> =>
  typeof message === 'object' && message !== null && 'cmd' in message && message.cmd === 'NODE_CLUSTER';

const isHandle = (handle: unknown): handle is Handle =>
  typeof handle === 'object' && handle !== null && 'close' in handle && typeof handle.close === 'function';
