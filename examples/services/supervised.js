// The same services, supervised as in OTP: `web` needs `jobs`, and `cache` and `index` need each other.
import { join } from 'node:path';
import { cluster$, describeEvent, oneForAll, restForOne } from 'proteus-cluster';
import { merge } from 'rxjs';

const here = (name) => join(import.meta.dirname, name);
const service = (name, exec, ready) =>
  cluster$({ pid: here('master.pid'), log: false, worker: 1, maxForkCount: 3, name, exec: here(exec), ready });

merge(
  // If `jobs` fails, `web` is shut down, then `jobs` and `web` start again, in this order.
  restForOne(service('jobs', 'jobs.js', 'message'), service('web', 'web.js', 'listening')),
  // If one of them fails, both start again, at most three times a minute.
  oneForAll(service('cache', 'jobs.js', 'message'), service('index', 'jobs.js', 'message'), {
    intensity: 3,
    period: 60_000,
  }),
).subscribe({
  next: (event) => {
    const [level, sentence] = describeEvent(event) ?? ['debug'];
    if (level !== 'debug') console.log(`${event.cluster}: ${sentence}`);
  },
  error: (error) => {
    console.error(error.message);
    process.exitCode = 1;
  },
});
