// prom-client's own way, for services that have it: its AggregatorRegistry asks the workers over the same channel, and neither disturbs the other. The option `metrics` needs none of this.
import { createServer } from 'node:http';
import { join } from 'node:path';
import { cluster$, cmd, messages$ } from 'proteus-cluster';
import { AggregatorRegistry } from 'prom-client';
import { filter } from 'rxjs';

const registry = new AggregatorRegistry();
let jobs = 0;
messages$.pipe(filter(cmd('job'))).subscribe(() => (jobs += 1));

const server = createServer(async (_, response) => {
  response.setHeader('content-type', registry.contentType);
  response.end(`${await registry.clusterMetrics()}\n# the workers told the master of ${jobs} jobs\n`);
});

cluster$({
  worker: 2,
  exec: join(import.meta.dirname, 'worker.js'),
  pid: join(import.meta.dirname, 'master.pid'),
  ready: 'message',
}).subscribe({
  next: ({ type }) => {
    if (type === 'started')
      server.listen(process.env.PORT ?? 8080, () => console.log(`metrics on port ${server.address().port}`));
  },
  complete: () => {
    server.close();
    server.closeAllConnections();
  },
});
