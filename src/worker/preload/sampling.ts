/**
 * Reports about this worker each second while the master asks for it. At other times it subscribes to nothing and starts no timer.
 *
 * All workers report when the monotonic clock of the machine begins a second, so that an idle master wakes once for all of them.
 * A worker that did nothing leaves out the next report, until a request comes: to wake for it would be most of what an idle worker costs.
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
  let isIdle = false;
  let leavesOut = false;
  let completed = 0;
  /** How late a report was that has not been sent, in ms. */
  let unsent = 0;
  const report = (late: number): void => {
    isIdle = false;
    unsent = Math.max(unsent, late);
    if (!written) return;
    written = false;
    const loop = observed.read(unsent);
    unsent = 0;
    const heap = getHeapStatistics();
    const { connections: open, inFlight } = connections.countOpen();
    const counts = requestCounts.read();
    isIdle = observed.wasIdle() && inFlight === 0 && counts.completed === completed;
    ({ completed } = counts);
    channel.send(
      {
        cmd: 'NODE_PROTEUS_CLUSTER:sample',
        report: {
          uptime: performance.now(),
          eventLoop: loop,
          heap: { used: heap.used_heap_size, total: heap.total_heap_size, limit: heap.heap_size_limit },
          requests: { inFlight, ...counts },
          connections: open,
        },
      },
      () => {
        written = true;
      },
    );
  };
  const reportSafely = channel.safely('a report', report);
  const next = (): void => {
    const delay = untilNext() + (leavesOut ? sampleIntervalMs : 0);
    const due = performance.now() + delay;
    timer = setTimeout(() => {
      reportSafely(Math.max(0, performance.now() - due));
      // Never two in a row: the master waits for no longer.
      leavesOut = isIdle;
      next();
    }, delay).unref();
  };
  requestCounts.start(() => {
    if (!leavesOut) return;
    leavesOut = false;
    clearTimeout(timer);
    next();
  });
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
