// socket.io on several workers: the master listens and gives each connection to the worker that has its session.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setupPrimary as connectWorkers } from '@socket.io/cluster-adapter';
import { setupMaster } from '@socket.io/sticky';
import { cluster$ } from 'proteus-cluster';

const server = createServer();
setupMaster(server, { loadBalancingMethod: 'least-connection' });
connectWorkers();

/** `least-connection` compares this count. A worker that boots or leaves gets no connection while there is another worker. */
const count = (id, clients) => {
  const worker = cluster.workers[id];
  if (worker) worker.clientsCount = clients;
};

cluster$({
  worker: 2,
  exec: join(import.meta.dirname, 'worker.js'),
  pid: join(import.meta.dirname, 'master.pid'),
  // Needed by both packages. cluster$ calls cluster.setupPrimary itself, so it is an option here.
  serialization: 'advanced',
  // The workers do not listen, so they report readiness by a message.
  ready: 'message',
}).subscribe({
  next: ({ type, worker }) => {
    if (type === 'fork' || type === 'retire') count(worker.id, Infinity);
    if (type === 'ready') count(worker.id, 0);
    if (type === 'started') {
      server.listen(process.env.PORT ?? 8080, () => console.log(`socket.io on port ${server.address().port}`));
    }
  },
  error: (error) => {
    console.error(error.message);
    process.exitCode = 1;
    server.close();
  },
  complete: () => {
    server.close();
    server.closeAllConnections();
  },
});
