import type { Worker } from 'node:cluster';

/**
 * Keeps frames of a worker from Node's own listeners if they would end this master. node:child_process and node:cluster do not validate each other's messages: an acknowledgement of a handle
 * that was not sent is a failed assertion, and an invalid address is an uncaught error. A refused frame gets a `cmd` that nothing handles, and is reported.
 */
export const refuseFrames = (worker: Worker, invalid: (what: string) => void): void => {
  // Runs before all other listeners, because it is prepended last.
  worker.process.prependListener('internalMessage', (message: unknown, handle: unknown) => {
    if (!isFrame(message) || isHarmless(worker, message, handle)) return;
    const { cmd } = message;
    message.cmd = 'NODE_PROTEUS_CLUSTER_REFUSED';
    invalid(
      `worker ${worker.id} sent a frame that only Node itself may send (${String(cmd)}), which is ignored. The application must not use a cmd that begins with NODE_`,
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

const isHarmless = ({ process }: Worker, { cmd, ...frame }: Frame, handle: unknown): boolean => {
  switch (cmd) {
    case 'NODE_HANDLE_ACK':
    case 'NODE_HANDLE_NACK':
      // Node's internal queue of messages behind an unacknowledged handle; `null` if there is none.
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
 * Whether this is a valid request to listen: an address, a port or a path, a descriptor. Only what node:cluster cannot handle is refused, because a worker whose request is refused waits
 * for ever, and Node passes on whatever the application gave to `listen`. node:cluster joins the parts of a request with colons and finds the socket by that text:
 * an `index` with colons could make it the text of a socket of another cluster.
 */
const isQuery = ({ address, port, fd, index }: Frame): boolean =>
  (index === undefined || index === null || typeof index === 'number') &&
  (typeof address === 'string' || !address) &&
  isWithin(typeof port === 'string' ? Number(port) : port, -1, 65_535) &&
  (isWithin(fd, -1, 2 ** 31 - 1) || isOfCluster(fd)) &&
  (Number(port ?? -1) >= 0 || Number(fd ?? -1) >= 0 || Boolean(address));

/** A request that `removeStaleSockets` repeats contains the cluster's name from `isolateSockets` here. Node does not read it as a number, whoever sent it. */
const isOfCluster = (fd: unknown): boolean => typeof fd === 'string' && fd.endsWith('/');

const isWithin = (value: unknown, min: number, max: number): boolean =>
  value === undefined ||
  value === null ||
  (Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max);
