/** A master whose workers write steadily; with `worker` as its argument, such a worker. */
import { createServer } from 'node:http';
import { cluster$, is, isWorker, restart } from 'proteus-cluster';
import { logger } from 'proteus-cluster/worker';

if (isWorker) {
  let i = 0;
  const timer = setInterval(() => {
    for (let more = 0; more < 100; more += 1)
      logger.info({ i: i++, url: '/orders/4711?full=true' }, 'request completed');
  }, 10);
  process.once('disconnect', () => clearInterval(timer));
  process.on('exit', () => logger.info({ count: i }, 'count'));
  createServer((_, response) => response.end()).listen(0, '127.0.0.1');
} else {
  const log = JSON.parse(process.argv[2]);
  cluster$({
    worker: 4,
    pid: false,
    log,
    minReadyTime: 50,
    ready: 'listening',
    args: [],
    drain: { grace: 0 },
  }).subscribe((event) => is('started')(event) && process.send('started'));
  process.on('message', async () => process.send(await restart()));
  process.channel.unref();
}
