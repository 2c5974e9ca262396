// The number of workers follows the load average. Signals override it.
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { cluster$, describeEvent, is, scale, signal$ } from 'proteus-cluster';
import { filter, map, startWith, timer } from 'rxjs';

const maxWorkers = 8;
const byLoad$ = timer(10_000, 10_000).pipe(
  map(() => Math.min(maxWorkers, Math.max(2, Math.ceil(loadavg()[0])))),
  startWith(2),
);

cluster$({
  worker: byLoad$,
  exec: join(import.meta.dirname, '../http/worker.js'),
  pid: join(import.meta.dirname, 'master.pid'),
  log: false,
})
  .pipe(filter((event) => is('started')(event) || is('scale')(event)))
  .subscribe((event) => console.log(...describeEvent(event)));

// kill -TTIN adds a worker, kill -TTOU removes one, SIGALRM starts as many as allowed.
signal$('SIGALRM').subscribe(() => scale(maxWorkers));
