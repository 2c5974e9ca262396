/**
 * A master of two workers that answer requests; the first of them floods the log on a message, and does not listen itself. The workers run this file
 * too.
 */
import { createServer } from 'node:http';
import { cluster$, is, isWorker, send } from 'proteus-cluster';
import { logger } from 'proteus-cluster/worker';

const [role, lines] = process.argv.slice(2);

if (isWorker && role === 'flood') {
  // Lines written each 10 ms.
  const some = () => {
    for (let more = 0; more < Number(lines) / 100; more += 1)
      logger.info({ more, url: '/orders/4711?full=true' }, 'flood');
  };
  process.on('message', ({ flood }) => flood && setInterval(some, 10));
  setInterval(() => {}, 60_000);
} else if (isWorker) {
  createServer((_, response) => {
    logger.info('request completed');
    response.end('served');
  }).listen(0, '127.0.0.1');
} else {
  const { file, rate } = JSON.parse(role);
  const common = { exec: import.meta.filename, worker: 1, pid: false, log: { file, level: 'warn' } };
  cluster$({ ...common, name: 'flood', args: ['flood', String(rate)], ready: 'online' }).subscribe();
  cluster$({ ...common, name: 'http', args: ['http'] }).subscribe((event) => {
    if (is('listening')(event)) process.send({ port: event.address.port });
  });
  process.on('message', (message) => send(message, { cluster: 'flood' }));
  process.on('disconnect', () => process.exit());
}
