// Workers report finished jobs. The master adds them up and sends the total to all workers.
import { join } from 'node:path';
import { cluster$, cmd, messages$, send } from 'proteus-cluster';
import { filter, scan } from 'rxjs';

cluster$({
  worker: 2,
  exec: join(import.meta.dirname, 'worker.js'),
  pid: join(import.meta.dirname, 'master.pid'),
  ready: 'message',
}).subscribe();

messages$
  .pipe(
    filter(cmd('done')),
    scan((total, { message }) => total + message.jobs, 0),
  )
  .subscribe((total) => send({ cmd: 'total', total }));
