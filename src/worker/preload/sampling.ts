/**
 * Reports about this worker each second while the master asks for it. At other times it subscribes to nothing and starts no timer.
 *
 * All workers report when the monotonic clock of the machine begins a second, so that an idle master wakes once for all of them.
 */
import { sampleIntervalMs } from '../../vocabulary/stats.js';
import * as channel from './masterChannel.js';
import * as clock from './clock.js';
import * as connections from './connections.js';
import * as eventLoop from './eventLoop.js';
import * as requestCounts from './requestCounts.js';

let stop: (() => void) | undefined;

/** From now until the next report, in ms: not much less than an interval after one that is late, and for the first one not more than the master waits. */
const untilNext = (): number => {
  const rest = Math.ceil(sampleIntervalMs - (clock.now() % sampleIntervalMs));
  return rest < sampleIntervalMs / 4 ? rest + sampleIntervalMs : rest;
};

const begin = (): (() => void) => {
  const observed = eventLoop.observe();
  const { getHeapStatistics } = process.getBuiltinModule('node:v8');
  // While a report has not been written, none is sent: the master may not read.
  let written = true;
  let timer: NodeJS.Timeout;
  const report = (late: number): void => {
    const loop = observed.read(late);
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
  const reportSafely = channel.safely('a report', report);
  const next = (): void => {
    const delay = untilNext();
    const due = performance.now() + delay;
    timer = setTimeout(() => {
      next();
      reportSafely(Math.max(0, performance.now() - due));
    }, delay).unref();
  };
  next();
  return () => {
    clearTimeout(timer);
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
