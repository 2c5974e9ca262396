import { AggregatorRegistry, Counter } from 'prom-client';
import { send } from 'proteus-cluster/worker';

// Creating a registry in a worker makes it answer the master's registry.
void new AggregatorRegistry();
const jobs = new Counter({ name: 'jobs_total', help: 'Jobs that are done' });

for (let job = 0; job < 1_000; job += 1) {
  jobs.inc();
  send({ cmd: 'job', job });
}
send('ready');
