// One file that is both the master and the worker.
import { createServer } from 'node:http';
import { join } from 'node:path';
import { cluster$, isWorker } from 'proteus-cluster';

cluster$({ worker: 2, pid: join(import.meta.dirname, 'master.pid') }).subscribe();

if (isWorker)
  createServer((request, response) => response.end(`${process.pid}\n`)).listen(
    Number(process.env.PORT ?? 8080),
    '127.0.0.1',
  );
