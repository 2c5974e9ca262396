import type { Worker } from 'node:cluster';
import { readFileSync, readlinkSync } from 'node:fs';
import net from 'node:net';
import { constants } from 'node:os';
import { basename } from 'node:path';
import { type InheritedDescriptor, serviceManager } from './serviceManager.js';

/** A listening socket that the service manager has opened (socket activation). */
export interface InheritedSocket extends InheritedDescriptor {
  /** What is sent to a worker, so that it accepts on the socket itself. */
  readonly handle: object;
  /** The address and the port, or the path. Empty if the system does not say. */
  readonly address: string;
  readonly port: number | undefined;
}

/** A path that begins with this is the name of an inherited socket: `listen('systemd:web')`. */
const nameScheme = 'systemd:';

let opened: readonly InheritedSocket[] | undefined;

/** The sockets that this process has inherited. They are opened once, and not closed. */
export const inheritedSockets = (failed: (error: Error) => void): readonly InheritedSocket[] =>
  (opened ??= openInheritedSockets(serviceManager().descriptors, failed));

/** Opens the sockets among the descriptors. Others, such as one for notifications, are left alone. `failed` is called if this Node cannot open any. */
const openInheritedSockets = (
  descriptors: readonly InheritedDescriptor[],
  failed: (error: Error) => void,
): readonly InheritedSocket[] => {
  if (descriptors.length === 0) return [];
  const open: unknown = Reflect.get(net, '_createServerHandle');
  if (typeof open !== 'function') {
    failed(
      new Error(`the sockets of the unit cannot be shared with workers: Node ${process.version} does not open them`),
    );
    return [];
  }
  return descriptors.flatMap(({ fd, name }) => {
    if (!isSocket(fd)) return [];
    // The number of an error if it is no stream socket.
    const handle: unknown = Reflect.apply(open, net, [null, null, null, fd]);
    if (!isHandle(handle)) return [];
    return [{ fd, name, handle, ...placeOf(handle, fd) }];
  });
};

/**
 * Gives a worker that asks to listen where the service manager already listens that socket. The application listens on its port or path as always, on `{ fd: 3 }`, or by the name: `listen('systemd:web')`.
 *
 * The worker gets a copy of the socket and accepts on it, so the kernel distributes the connections, as with `schedulingPolicy: 'none'`. node:cluster would close the descriptor with the last
 * worker that listens, and the next one would find none. The master keeps it until it ends, and what connects meanwhile waits in the socket.
 *
 * Call it after `isolateSockets`, so that it runs before. `refused` is called for an address that the socket already serves in another form.
 */
export const shareInheritedSockets = (
  { id, process: child }: Worker,
  sockets: readonly InheritedSocket[],
  refused: (error: Error) => void,
): void => {
  child.prependListener('internalMessage', (message: unknown) => {
    if (!isRequest(message)) return;
    const socket = sockets.find((each) => isWanted(message, each));
    if (message.act === 'listening') {
      if (socket !== undefined && isByName(message)) nameAddress(message, socket);
      return;
    }
    if (socket === undefined && isByItsName(message)) {
      refused(nothingNamed(id, message.address, sockets));
      // Otherwise Node would create a socket with this name in the folder, which nobody connects to.
      answerTo(child, message, { errno: -constants.errno.ENOENT, key: String(message.address) });
      return;
    }
    if (socket === undefined) {
      const other = sockets.find(({ port }) => port !== undefined && port === message.port);
      if (other !== undefined) refused(addressDiffers(id, message, other));
      return;
    }
    const { address, port, addressType, index } = message;
    const key = `${socket.fd}:${String(address)}:${String(port)}:${String(addressType)}:${String(index)}`;
    answerTo(child, message, { errno: 0, key }, socket.handle);
  });
};

/** Answers a request, so that no listener after this one handles it. */
const answerTo = (child: Worker['process'], request: Request, answer: Answer, handle?: object): void => {
  request.cmd = 'NODE_PROTEUS_CLUSTER_INHERITED';
  const sent: unknown = { cmd: 'NODE_CLUSTER', ack: request.seq, data: null, ...answer };
  // A worker that cannot be reached is about to exit.
  // oxlint-disable-next-line typescript/unbound-method -- it is applied to the process it comes from.
  Reflect.apply(child.send, child, [sent, handle, () => {}]);
};

interface Answer {
  readonly errno: number;
  readonly key: string;
}

/** A request to listen, or the report that it listens, which has the same fields. */
interface Request {
  cmd: unknown;
  readonly act: unknown;
  readonly seq?: unknown;
  address?: unknown;
  port?: unknown;
  addressType?: unknown;
  readonly fd?: unknown;
  readonly index?: unknown;
}

const isRequest = (message: unknown): message is Request =>
  typeof message === 'object' &&
  message !== null &&
  'cmd' in message &&
  message.cmd === 'NODE_CLUSTER' &&
  'act' in message &&
  (message.act === 'queryServer' || message.act === 'listening') &&
  // Datagram sockets are not shared.
  !('addressType' in message && typeof message.addressType === 'string' && message.addressType.startsWith('udp'));

const isWanted = ({ address, port, fd }: Request, socket: InheritedSocket): boolean => {
  if (isDescriptor(fd)) return fd === socket.fd;
  if (typeof address === 'string' && isName(address)) return basename(address).slice(nameScheme.length) === socket.name;
  if (typeof port === 'number' && port > 0)
    return port === socket.port && (address === socket.address || (isWildcard(address) && isWildcard(socket.address)));
  return socket.port === undefined && address !== '' && address === socket.address;
};

const isDescriptor = (fd: unknown): boolean => typeof fd === 'number' && fd >= 0;

/** Node makes a path of it. */
const isName = (address: string): boolean => basename(address).startsWith(nameScheme);

const isByName = (request: Request): boolean => isDescriptor(request.fd) || isByItsName(request);

const isByItsName = ({ address, fd }: Request): boolean =>
  !isDescriptor(fd) && typeof address === 'string' && isName(address);

/** A worker that listens on a descriptor reports no address. */
const nameAddress = (message: Request, { address, port }: InheritedSocket): void => {
  message.address = address;
  message.port = port ?? -1;
  message.addressType = port === undefined ? -1 : net.isIP(address);
};

const isWildcard = (address: unknown): boolean =>
  address === null || address === undefined || address === '' || address === '::' || address === '0.0.0.0';

const nothingNamed = (id: number, address: unknown, sockets: readonly InheritedSocket[]): Error => {
  const names = sockets.map(({ name }) => name).join(', ');
  return new Error(
    `worker ${id} listens on '${basename(String(address))}', and the service manager has opened ${names === '' ? 'no socket' : `only ${names}`}. Name it with FileDescriptorName in the socket unit, or listen on the port`,
  );
};

const addressDiffers = (id: number, { address }: Request, { port, name, ...socket }: InheritedSocket): Error =>
  new Error(
    `worker ${id} listens on ${typeof address === 'string' ? address : '*'}, port ${port}, and the socket ${name} of the unit on ${socket.address}, port ${port}, so it is not used. Let both have the same address, or listen on the port without a host where ListenStream has none`,
  );

const isSocket = (fd: number): boolean => linkOf(fd).startsWith('socket:');

const linkOf = (fd: number): string => {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return '';
  }
};

interface Handle {
  readonly getsockname?: (out: object) => unknown;
}

const isHandle = (handle: unknown): handle is Handle => typeof handle === 'object' && handle !== null;

const placeOf = (handle: Handle, fd: number): Pick<InheritedSocket, 'address' | 'port'> => {
  const place: { readonly address?: unknown; readonly port?: unknown } = {};
  handle.getsockname?.(place);
  if (typeof place.address === 'string' && typeof place.port === 'number')
    return { address: place.address, port: place.port };
  return { address: pathOf(linkOf(fd)), port: undefined };
};

/** The path of a unix socket by its inode; the system tells it nowhere else. */
const pathOf = (link: string): string => {
  const inode = /\d+/.exec(link)?.[0] ?? '';
  try {
    const line = readFileSync('/proc/net/unix', 'utf8')
      .split('\n')
      .find((each) => each.split(/\s+/, 7)[6] === inode);
    return line === undefined ? '' : (/^(?:\S+\s+){7}(.*)$/.exec(line)?.[1] ?? '');
  } catch {
    return '';
  }
};
