// A web page of the master on loopback. The log says where the link with its token is.
import { join } from 'node:path';
import { cluster$ } from 'proteus-cluster';

cluster$({
  worker: 4,
  exec: join(import.meta.dirname, 'worker.js'),
  name: 'shop',
  pid: join(import.meta.dirname, 'master.pid'),
  web: { port: Number(process.env.PORT ?? 9700) },
}).subscribe();
