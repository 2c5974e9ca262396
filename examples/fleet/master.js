// A host of a fleet. Start `nats-server -js`, then on each host, or in two terminals of one machine:
//   HOST=web1 PORT=8081 node examples/fleet/master.js
//   HOST=web2 PORT=8082 node examples/fleet/master.js
// Look at them and restart them, from anywhere that reaches NATS:
//   proteus fleet ls --servers 127.0.0.1:4222 --fleet example
//   proteus fleet restart shop --servers 127.0.0.1:4222 --fleet example --soak 10s
// A price that is set on one host is that of all:
//   curl -X POST http://127.0.0.1:8081/price/12; curl http://127.0.0.1:8082
// Programs beside it: deploy.js restarts all hosts, watch.js shows what happens, nightly.js runs a job on one machine at a time.
import { join } from 'node:path';
import { cluster$ } from 'proteus-cluster';
import { fleet } from 'proteus-cluster/fleet';
import { finalize } from 'rxjs';

// Before the cluster starts, because the fleet knows what has happened since.
const membership = fleet({
  servers: process.env.NATS ?? '127.0.0.1:4222',
  name: 'example',
  host: process.env.HOST,
}).subscribe((event) => {
  if (event.type === 'problem') console.log(`fleet: ${event.problem}`);
  else if (event.type !== 'member-changed') console.log(`fleet: ${event.type}`);
});

cluster$({ exec: join(import.meta.dirname, 'shop.js'), name: 'shop', worker: 2, pid: false })
  // Without a cluster there is nothing to be in a fleet for, and the connection would keep the process.
  .pipe(finalize(() => membership.unsubscribe()))
  .subscribe({ error: () => (process.exitCode = 1) });
