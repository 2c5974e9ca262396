// Metrics of the cluster, of its workers and of prom-client in the workers, at http://127.0.0.1:9464/metrics, and the probes /livez, /readyz and /startupz.
// examples/grafana/dashboard.json is a dashboard for them.
import { join } from 'node:path';
import { applicationMetrics$, cluster$ } from 'proteus-cluster';
import { scan } from 'rxjs';

// What the application counts can be used in the master too.
applicationMetrics$
  .pipe(
    scan((jobs, { worker, metrics }) => {
      const counter = metrics.find(({ name }) => name === 'jobs_total');
      return jobs.set(worker.slot, counter?.values[0]?.value ?? 0);
    }, new Map()),
  )
  .subscribe((jobs) => console.log('jobs by slot:', Object.fromEntries(jobs)));

cluster$({
  worker: 2,
  exec: join(import.meta.dirname, 'worker.js'),
  pid: join(import.meta.dirname, 'master.pid'),
  metrics: { port: Number(process.env.PORT ?? 9464) },
  probes: { ready: '50%' },
}).subscribe();
