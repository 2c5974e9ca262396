// The same services, as OTP would supervise them: without jobs there is no web service, and the cache and its index live and die together.
import { join } from 'node:path';
import { cluster$, describeEvent, oneForAll, restForOne } from 'proteus-cluster';
import { merge } from 'rxjs';

const here = (name) => join(import.meta.dirname, name);
const service = (name, exec, ready) =>
  cluster$({ pid: here('master.pid'), log: false, worker: 1, maxForkCount: 3, name, exec: here(exec), ready });

merge(
  // The jobs fail: the web service is shut down, the jobs start anew, then the web service.
  restForOne(service('jobs', 'jobs.js', 'message'), service('web', 'web.js', 'listening')),
  // One of them fails: both start anew, three times a minute at most.
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
