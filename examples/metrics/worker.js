import { AggregatorRegistry, Counter } from 'prom-client';
import { send } from 'proteus-cluster/worker';

// In a worker, making one is what answers the master's.
void new AggregatorRegistry();
const jobs = new Counter({ name: 'jobs_total', help: 'Jobs that are done' });

for (let job = 0; job < 1_000; job += 1) {
  jobs.inc();
  send({ cmd: 'job', job });
}
send('ready');
