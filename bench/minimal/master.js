import cluster from 'node:cluster';
import { listens, options, serve, tally } from '../subject.js';
import { run } from './cluster.js';

run({
  ...options,
  listening: (worker, port) => listens(worker.process.pid, port),
  message: ({ cmd }) => {
    if (cmd === 'fromWorker') tally();
  },
});

const everyone = () => Object.values(cluster.workers);

serve({
  tell: (message) => {
    for (const worker of everyone()) worker.send(message);
  },
  end: () => {
    for (const worker of everyone()) worker.process.kill('SIGKILL');
  },
});
