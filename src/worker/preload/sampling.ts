/**
 * Reports about this worker each second while the master asks for it. At other times it subscribes to nothing and starts no timer.
 *
 * All workers report when the monotonic clock of the machine begins a second, so that an idle master wakes once for all of them.
 * A worker that did nothing waits for an even second, as all others do, or for a request: to wake for a report would be most of what an idle worker costs.
 */
import { sampleIntervalMs } from '../../vocabulary/stats.js';
import * as channel from './masterChannel.js';
import * as clock from './clock.js';
import * as connections from './connections.js';
import * as eventLoop from './eventLoop.js';
import * as requestCounts from './requestCounts.js';

let stop: (() => void) | undefined;

/** From now until a multiple of `period`, in ms: not much less than an interval after a report that is late, and for the first one not more than the master waits. */
const untilMultipleOf = (period: number): number => {
  const rest = Math.ceil(period - (clock.now() % period));
  return rest < sampleIntervalMs / 8 ? rest + sampleIntervalMs : rest;
};

const begin = (): (() => void) => {
  const observed = eventLoop.observe();
  const { getHeapStatistics } = process.getBuiltinModule('node:v8');
  // While a report has not been written, none is sent: the master may not read.
  let written = true;
  let timer: NodeJS.Timeout;
  let isIdle = false;
  /** For an even second. The master waits for no longer. */
  let waits = false;
  let completed = 0;
  /** How late the event loop was and has not been reported, in ms. */
  let unreported = 0;
  const report = (late: number): void => {
    isIdle = false;
    unreported = Math.max(unreported, late);
    if (!written) return;
    written = false;
    const loop = observed.read(unreported);
    unreported = 0;
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
    const delay = untilMultipleOf(waits ? 2 * sampleIntervalMs : sampleIntervalMs);
    const due = performance.now() + delay;
    timer = setTimeout(() => {
      const began = performance.now();
      reportSafely(Math.max(0, began - due));
      // A worker that is stopped is often stopped here: what observes the report may be what stops it.
      unreported = Math.max(unreported, performance.now() - began);
      waits = isIdle;
      next();
    }, delay).unref();
  };
  requestCounts.start(() => {
    if (!waits) return;
    waits = false;
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
