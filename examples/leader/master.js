// One worker is the leader and does the periodic work. `kill -9` it, or restart with `kill -USR2`, and another worker becomes the leader.
import { join } from 'node:path';
import { cluster$ } from 'proteus-cluster';

cluster$({
  worker: 2,
  exec: join(import.meta.dirname, 'worker.js'),
  pid: join(import.meta.dirname, 'master.pid'),
  leader: true,
}).subscribe();
