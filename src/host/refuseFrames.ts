import type { Worker } from 'node:cluster';

/**
 * Keeps frames from Node's own listeners that would end this master there. What node:child_process and node:cluster say to each other they do not check: an acknowledgement of a handle
 * that nobody has sent is an assertion that fails, and an address that is none is an uncaught error. A frame that is refused gets a `cmd` that nobody listens to, and is told.
 */
export const refuseFrames = (worker: Worker, unfit: (what: string) => void): void => {
  // Before all others: this is the last that puts itself first.
  worker.process.prependListener('internalMessage', (message: unknown, handle: unknown) => {
    if (!isFrame(message) || isSound(worker, message, handle)) return;
    const { cmd } = message;
    message.cmd = 'NODE_PROTEUS_CLUSTER_REFUSED';
    unfit(
      `worker ${worker.id} sent a frame that only Node itself may send (${String(cmd)}), and it is ignored. The application must not use a cmd that begins with NODE_`,
    );
  });
};

interface Frame {
  cmd?: unknown;
  readonly act?: unknown;
  readonly type?: unknown;
  readonly dgramType?: unknown;
  readonly [field: string]: unknown;
}

const isFrame = (message: unknown): message is Frame => typeof message === 'object' && message !== null;

const handleTypes: ReadonlySet<unknown> = new Set([
  'net.Native',
  'net.Server',
  'net.Socket',
  'dgram.Native',
  'dgram.Socket',
]);

const isSound = ({ process }: Worker, { cmd, ...frame }: Frame, handle: unknown): boolean => {
  switch (cmd) {
    case 'NODE_HANDLE_ACK':
    case 'NODE_HANDLE_NACK':
      // Node's own name for what waits until a handle has been acknowledged: `null` where none is under way.
      return Reflect.get(process, '_handleQueue') !== null;
    case 'NODE_HANDLE':
      return handle === undefined || handle === null || isKnownHandle(frame);
    case 'NODE_CLUSTER':
      return frame.act !== 'queryServer' || isQuery(frame);
    default:
      return true;
  }
};

const isKnownHandle = ({ type, dgramType }: Frame): boolean =>
  handleTypes.has(type) && (type !== 'dgram.Socket' || dgramType === 'udp4' || dgramType === 'udp6');

/**
 * What a worker asks for that wants to listen: an address, a port or a path, a descriptor. Only what node:cluster would choke on is refused, since a worker whose request is refused waits
 * for ever, and Node passes on what an application has given to `listen`.
 */
const isQuery = ({ address, port, fd }: Frame): boolean =>
  (typeof address === 'string' || !address) &&
  isWithin(typeof port === 'string' ? Number(port) : port, -1, 65_535) &&
  (isWithin(fd, -1, 2 ** 31 - 1) || isOfCluster(fd)) &&
  (Number(port ?? -1) >= 0 || Number(fd ?? -1) >= 0 || Boolean(address));

/** A request that `removeStaleSockets` repeats has the name of its cluster there, from `keepApart`. It is no number for Node, whoever has put it there. */
const isOfCluster = (fd: unknown): boolean => typeof fd === 'string' && fd.endsWith('/');

const isWithin = (value: unknown, least: number, most: number): boolean =>
  value === undefined ||
  value === null ||
  (Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most);
