/** Answers the master's heartbeats: that its event loop turns, and how busy it is. */
import type { EventLoopUtilization } from 'node:perf_hooks';
import { featureChannel } from '../../worker/preload/masterChannel.js';
import { type HelloFrame, isCloseInspector, isPing, name, type PongFrame } from './frames.js';

const { send, onFrame } = featureChannel(name);

export const start = (): void => {
  /** At the last heartbeat. At the first one Node counts from the start of the event loop; to ask it here would make the boot load node:perf_hooks. */
  let since: EventLoopUtilization | undefined;
  onFrame((body) => {
    if (isPing(body)) {
      const now = performance.eventLoopUtilization();
      const { utilization } = since === undefined ? now : performance.eventLoopUtilization(now, since);
      since = now;
      send({ pong: body.ping, utilization, inspected: inspector()?.url() !== undefined } satisfies PongFrame);
    } else if (isCloseInspector(body)) {
      // SIGUSR1 opens it in an interrupt of the blocked event loop, and Node opens it once more when the loop turns again. The immediate comes after both.
      setImmediate(() => inspector()?.close());
    }
  });
  send({ hello: true } satisfies HelloFrame);
};

/** Loaded with the first heartbeat, so that a worker does not boot more slowly. Missing in a Node that was built without it. */
const inspector = (): Pick<typeof import('node:inspector'), 'url' | 'close'> | undefined => {
  try {
    return process.getBuiltinModule('node:inspector');
  } catch {
    return undefined;
  }
};
