// Restarts all workers each night at 3 o'clock, slot after slot.
import { join } from 'node:path';
import { cluster$, cron$, restart$ } from 'proteus-cluster';

cron$('0 3 * * *').subscribe(restart$);

cluster$({
  worker: 2,
  exec: join(import.meta.dirname, 'worker.js'),
  pid: join(import.meta.dirname, 'master.pid'),
}).subscribe();
