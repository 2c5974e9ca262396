// As many workers as the load needs: two to eight, by how busy their event loops are. Each change is printed with its reason.
import { join } from 'node:path';
import { autoscale, cluster$, describeEvent, is, stats$ } from 'proteus-cluster';
import { filter } from 'rxjs';

cluster$({
  worker: stats$.pipe(autoscale({ min: 2, max: 8 })),
  exec: join(import.meta.dirname, 'worker.js'),
  pid: join(import.meta.dirname, 'master.pid'),
  log: false,
})
  .pipe(filter(is('started', 'scale')))
  .subscribe((event) => console.log(...describeEvent(event)));
