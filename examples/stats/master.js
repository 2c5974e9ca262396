// What the workers do, each 5 seconds: requests a second, in how many ms 99 % of them were answered, CPU time and memory.
// Make some load with: npx autocannon -d 60 http://127.0.0.1:8080
import { join } from 'node:path';
import { cluster$, latencyBounds, quantile, stats$, statsBetween } from 'proteus-cluster';
import { bufferCount, filter, groupBy, mergeMap } from 'rxjs';

/** A worker is sampled each second, and a line is printed for so many samples. */
const samples = 5;

stats$
  .pipe(
    groupBy(({ worker }) => worker.id),
    mergeMap((sample$) => sample$.pipe(bufferCount(samples + 1, samples))),
    filter(({ length }) => length > samples),
  )
  .subscribe((taken) => {
    const [before, after] = [taken[0], taken[samples]];
    const { cpu = 0, requests } = statsBetween(before, after) ?? {};
    const p99 = requests && quantile(0.99, requests.latency);
    console.log(
      `worker ${after.worker.id}: ${Math.round(requests?.perSecond ?? 0)} requests/s, p99 ${p99?.toFixed(1) ?? '-'} ms, CPU ${Math.round(cpu * 100)} %, ${Math.round((after.usage?.rss ?? 0) / 1e6)} MB`,
    );
    const counts = after.report?.requests.latency.counts ?? [];
    const slow = counts.slice(latencyBounds.indexOf(100) + 1).reduce((sum, count) => sum + count, 0);
    if (slow > 0) console.log(`worker ${after.worker.id}: ${slow} requests took longer than 100 ms`);
  });

cluster$({
  worker: 2,
  exec: join(import.meta.dirname, 'worker.js'),
  pid: join(import.meta.dirname, 'master.pid'),
}).subscribe();
