import type { Worker } from 'node:cluster';
import { type BigIntStats, linkSync, lstatSync, renameSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { relative } from 'node:path';
import { getSystemErrorName } from 'node:util';

/**
 * A killed master leaves the unix sockets of its workers behind, and the next process that listens there gets EADDRINUSE. When node:cluster answers a worker with this error, the
 * answer is held back while a connection to the socket is tried. If nothing answers, the socket is removed and the worker's request is repeated.
 * A socket that this master listens on is thus never probed, as in a restart. `removed` is called with the path.
 */
export const removeStaleSockets = ({ process: child }: Worker, removed: (path: string) => void): void => {
  // oxlint-disable-next-line typescript/unbound-method -- it is applied to the process it comes from.
  const { send } = child;
  const requests = new Map<unknown, Request>();

  child.prependListener('internalMessage', (message: unknown) => {
    if (isRequest(message)) requests.set(message.seq, message);
  });
  child.send = (...args: readonly unknown[]): boolean => {
    const pass = () => Reflect.apply(send, child, args) === true;
    const [answer] = args;
    if (!isAnswer(answer)) return pass();
    const request = requests.get(answer.ack);
    requests.delete(answer.ack);
    if (request === undefined || !isInUse(answer.errno)) return pass();
    removeIfStale(request.address, (cleared) => {
      // node:cluster has forgotten a worker that has disconnected meanwhile, and must not get its request again.
      if (!child.connected) return;
      if (cleared === 'now') removed(request.address);
      if (cleared === 'no') pass();
      else child.emit('internalMessage', request);
    });
    return true;
  };
};

/** A worker's request to listen on a path. */
interface Request {
  readonly seq: unknown;
  readonly address: string;
}

const isInternal = (message: unknown): message is Readonly<Record<string, unknown>> =>
  typeof message === 'object' && message !== null && 'cmd' in message && message.cmd === 'NODE_CLUSTER';

const isRequest = (message: unknown): message is Request =>
  isInternal(message) &&
  message['act'] === 'queryServer' &&
  typeof message['address'] === 'string' &&
  typeof message['port'] === 'number' &&
  message['port'] < 0;

const isAnswer = (message: unknown): message is { readonly ack: unknown; readonly errno?: unknown } =>
  isInternal(message) && message['ack'] !== undefined;

const isInUse = (errno: unknown): boolean =>
  typeof errno === 'number' && errno < 0 && getSystemErrorName(errno) === 'EADDRINUSE';

/** `now`: for the first request. `already`: for those that came meanwhile. */
type Cleared = 'no' | 'now' | 'already';

/** One probe of a path serves all waiting requests of any cluster: a second one would find the socket that the first has made room for. */
const probes = new Map<string, ((cleared: Cleared) => void)[]>();

const removeIfStale = (path: string, done: (cleared: Cleared) => void): void => {
  const waiting = probes.get(path);
  if (waiting !== undefined) {
    waiting.push(done);
    return;
  }
  const all = [done];
  probes.set(path, all);
  const finish = (stale: boolean) => {
    probes.delete(path);
    const [first, ...others] = all;
    first?.(stale ? 'now' : 'no');
    for (const other of others) other(stale ? 'already' : 'no');
  };
  const stats = statOf(path);
  if (stats === undefined || !stats.isSocket() || Number(stats.uid) !== process.geteuid?.()) {
    setImmediate(finish, false);
    return;
  }
  const socket = connect(shortestPath(path));
  socket.once('connect', () => {
    socket.destroy();
    finish(false);
  });
  socket.once('error', (error) => {
    finish('code' in error && error.code === 'ECONNREFUSED' && remove(path, stats));
  });
};

/** Renames the socket before removing it: if another master has just created one of its own there, that is put back. */
const remove = (path: string, stale: BigIntStats): boolean => {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
    const moved = statOf(aside);
    const isStale = moved !== undefined && isSameFile(moved, stale);
    if (!isStale) linkSync(aside, path);
    rmSync(aside, { force: true });
    return isStale;
  } catch {
    // The folder is not writable or does not exist: the answer stays EADDRINUSE.
    return false;
  }
};

const statOf = (path: string): BigIntStats | undefined => {
  try {
    return lstatSync(path, { bigint: true });
  } catch {
    return undefined;
  }
};

/** Inodes are reused, so the modification time is compared too. */
const isSameFile = (one: BigIntStats, other: BigIntStats): boolean =>
  one.ino === other.ino && one.dev === other.dev && one.mtimeNs === other.mtimeNs;

/** A socket path has at most about a hundred bytes, so node:cluster also uses the shorter one. */
const shortestPath = (path: string): string => {
  const relativePath = relative(process.cwd(), path);
  return relativePath.length < path.length ? relativePath : path;
};
