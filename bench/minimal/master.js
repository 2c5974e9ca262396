import cluster from 'node:cluster';
import { listens, options, serve, tally } from '../subject.js';
import { run } from './cluster.js';

const count = (cmd) => {
  if (cmd === 'fromWorker') tally();
};

run({
  ...options,
  listening: (worker, port) => listens(worker.process.pid, port),
  message: (message) => {
    // Hand-made arrays.
    if (Array.isArray(message)) for (const { cmd } of message) count(cmd);
    else count(message.cmd);
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
