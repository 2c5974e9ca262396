/** Reports about this worker each second while the master asks for it. At other times it subscribes to nothing and starts no timer. */
import { sampleIntervalMs } from '../../vocabulary/stats.js';
import * as channel from './masterChannel.js';
import * as connections from './connections.js';
import * as eventLoop from './eventLoop.js';
import * as requestCounts from './requestCounts.js';

let stop: (() => void) | undefined;

const begin = (): (() => void) => {
  const observed = eventLoop.observe();
  const { getHeapStatistics } = process.getBuiltinModule('node:v8');
  // While a report has not been written, none is sent: the master may not read.
  let written = true;
  const report = (): void => {
    const loop = observed.read();
    if (!written) return;
    written = false;
    const heap = getHeapStatistics();
    const { connections: open, inFlight } = connections.countOpen();
    channel.send(
      {
        cmd: 'NODE_PROTEUS_CLUSTER:sample',
        report: {
          uptime: performance.now(),
          eventLoop: loop,
          heap: { used: heap.used_heap_size, total: heap.total_heap_size, limit: heap.heap_size_limit },
          requests: { inFlight, ...requestCounts.read() },
          connections: open,
        },
      },
      () => {
        written = true;
      },
    );
  };
  requestCounts.start();
  const timer = setInterval(channel.safely('a report', report), sampleIntervalMs);
  timer.unref();
  return () => {
    clearInterval(timer);
    requestCounts.stop();
    observed.end();
  };
};

const start = (): void => {
  channel.onFrame((frame) => {
    if (!('sample' in frame)) return;
    if (frame.sample) stop ??= begin();
    else {
      stop?.();
      stop = undefined;
    }
  });
  // The master cannot stop it any more.
  process.once('disconnect', () => {
    stop?.();
    stop = undefined;
  });
};

export { start };
