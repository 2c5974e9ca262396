// The workers leak. Each is replaced when it uses more than 100 MB, and all of them each night at 3 o'clock.
// Watch it with: npx autocannon -d 60 http://127.0.0.1:8080
import { join } from 'node:path';
import { cluster$ } from 'proteus-cluster';

cluster$({
  worker: 2,
  exec: join(import.meta.dirname, 'worker.js'),
  pid: join(import.meta.dirname, 'master.pid'),
  recycle: { memory: '100M', at: '0 3 * * *' },
}).subscribe();
