import { filter } from 'rxjs';
import { cluster$, cmd, is, messages$, send } from 'proteus-cluster';
import { listens, options, serve, tally } from '../subject.js';

const { exec, workers, config } = options;

messages$.pipe(filter(cmd('fromWorker'))).subscribe(tally);

const running = cluster$({ exec, worker: workers, pid: false, args: [], ...config })
  .pipe(filter(is('listening')))
  .subscribe(({ worker, address }) => listens(worker.pid, address.port));

serve({ tell: send, end: () => running.unsubscribe() });
