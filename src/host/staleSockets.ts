import type { Worker } from 'node:cluster';
import { type BigIntStats, linkSync, lstatSync, renameSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { relative } from 'node:path';
import { getSystemErrorName } from 'node:util';

/**
 * A master that is killed leaves the unix socket that its workers listened on, and whoever listens there next is told EADDRINUSE. When node:cluster has this answer for a
 * worker, it is held back until it is known whether somebody answers on the socket. If nobody does, the socket is removed and the worker's request is carried out once more.
 * So nothing is asked of a socket that this master listens on, as in a restart. `removed` is told the path.
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
    clear(request.address, (cleared) => {
      // node:cluster has forgotten who has gone meanwhile, and must not hear of it again.
      if (!child.connected) return;
      if (cleared === 'now') removed(request.address);
      if (cleared === 'no') pass();
      else child.emit('internalMessage', request);
    });
    return true;
  };
};

/** What node:cluster's worker asks for, if it is a path. */
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

/** `now`: for who asked first. `already`: for those who asked meanwhile. */
type Cleared = 'no' | 'now' | 'already';

/** One look at a path is for all who wait for it, in any cluster: a second one would meet the socket that the first has made room for. */
const looks = new Map<string, ((cleared: Cleared) => void)[]>();

const clear = (path: string, done: (cleared: Cleared) => void): void => {
  const waiting = looks.get(path);
  if (waiting !== undefined) {
    waiting.push(done);
    return;
  }
  const all = [done];
  looks.set(path, all);
  const tell = (stale: boolean) => {
    looks.delete(path);
    const [first, ...others] = all;
    first?.(stale ? 'now' : 'no');
    for (const other of others) other(stale ? 'already' : 'no');
  };
  const there = look(path);
  if (there === undefined || !there.isSocket() || Number(there.uid) !== process.geteuid?.()) {
    setImmediate(tell, false);
    return;
  }
  const socket = connect(shortest(path));
  socket.once('connect', () => {
    socket.destroy();
    tell(false);
  });
  socket.once('error', (error) => {
    tell('code' in error && error.code === 'ECONNREFUSED' && remove(path, there));
  });
};

/** It is put aside first: if another master has just made a socket of its own there, that is put back. */
const remove = (path: string, stale: BigIntStats): boolean => {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
    const moved = look(aside);
    const isStale = moved !== undefined && same(moved, stale);
    if (!isStale) linkSync(aside, path);
    rmSync(aside, { force: true });
    return isStale;
  } catch {
    // The folder is not ours to write to, or it has gone: EADDRINUSE is the answer.
    return false;
  }
};

const look = (path: string): BigIntStats | undefined => {
  try {
    return lstatSync(path, { bigint: true });
  } catch {
    return undefined;
  }
};

/** The system uses inodes again. */
const same = (one: BigIntStats, other: BigIntStats): boolean =>
  one.ino === other.ino && one.dev === other.dev && one.mtimeNs === other.mtimeNs;

/** The path of a socket has about a hundred bytes at most, so node:cluster takes the shorter one, too. */
const shortest = (path: string): string => {
  const near = relative(process.cwd(), path);
  return near.length < path.length ? near : path;
};
