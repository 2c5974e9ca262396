// A host with two idle workers: in a fleet, or not. Sends `ready` when they serve, and how long each restart took.
import { join } from 'node:path';
import { cluster$, events$, is } from 'proteus-cluster';
import { fleet } from 'proteus-cluster/fleet';
import { filter } from 'rxjs';

const [options] = process.argv.slice(2);
if (options !== undefined) fleet(JSON.parse(options)).subscribe();
let begun = 0;
events$.pipe(filter(is('restart-begin'))).subscribe(() => (begun = performance.now()));
events$.pipe(filter(is('restart-end'))).subscribe(() => process.send({ took: performance.now() - begun }));
events$.pipe(filter(is('started'))).subscribe(() => process.send('ready'));
cluster$({
  exec: join(import.meta.dirname, '../workers/http.js'),
  name: 'shop',
  worker: 2,
  pid: false,
  log: false,
  control: false,
}).subscribe();
process.on('disconnect', () => process.exit());
