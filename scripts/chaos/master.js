// The cluster under test. The driver tells it over IPC what to do.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cluster$, restart, scale, shutdown } from 'proteus-cluster';

/** How many restarts with a release that does not start are in progress. */
let badReleases = 0;

// A step of the system clock, as NTP or an administrator makes it: timers do not follow it.
const { now } = Date;
let offset = 0;
Date.now = () => now() + offset;

const sample = () => {
  globalThis.gc();
  const { rss, heapUsed } = process.memoryUsage();
  return { rss, heap: heapUsed, descriptors: readdirSync('/proc/self/fd').length };
};

const commands = {
  restart: () => restart(),
  scale: ({ to }) => scale(to),
  clock: ({ ms }) => (offset += ms),
  'bad-release': async () => {
    badReleases += 1;
    try {
      return await restart();
    } finally {
      badReleases -= 1;
    }
  },
  sample,
  shutdown: () => shutdown(),
};

process.on('message', async ({ id, command, ...parameters }) => {
  try {
    process.send({ type: 'reply', id, result: await commands[command](parameters) });
  } catch (error) {
    process.send({ type: 'reply', id, error: error.message });
  }
});

cluster$({
  name: 'chaos',
  exec: () => join(import.meta.dirname, badReleases > 0 ? 'badWorker.js' : 'worker.js'),
  worker: 3,
  pid: false,
  log: false,
  // Its record of the last 10,000 events fills for half an hour, which would look like a leak. It is bounded (test/control/lines.test.ts).
  control: false,
  minReadyTime: 100,
  readyTimeout: 10_000,
  disconnectTimeout: 12_000,
  backoff: { initial: 100, max: 1_000 },
  maxForkCount: Infinity,
  standby: 1,
  health: { interval: 500, timeout: 3_000 },
  recycle: { memory: 200_000_000 },
}).subscribe({
  next: (event) => process.send({ type: 'event', event }),
  error: (error) => {
    process.send({ type: 'failed', error: String(error) });
    process.exitCode = 1;
  },
  complete: () => process.disconnect(),
});
