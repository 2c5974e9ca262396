import cluster from 'node:cluster';
import { lateness, listens, options, serve, tally, timed } from '../subject.js';
import { run } from './cluster.js';

let pong = () => {};
let late;

const count = (cmd) => {
  if (cmd === 'fromWorker') tally();
};

run({
  ...options,
  listening: (worker, port) => listens(worker.process.pid, port),
  message: (message) => {
    // Hand-made arrays.
    if (message.cmd === 'pong') pong();
    else if (message.cmd === 'beat') late?.beat(message.at);
    else if (Array.isArray(message)) for (const { cmd } of message) count(cmd);
    else count(message.cmd);
  },
});

const everyone = () => Object.values(cluster.workers);

serve({
  tell: (message) => {
    for (const worker of everyone()) worker.send(message);
  },
  more: {
    /** There and back, to all workers at the same time. */
    trips: ({ count: trips }) =>
      timed(trips, () => {
        const workers = everyone();
        let left = workers.length;
        return new Promise((resolve) => {
          pong = () => {
            left -= 1;
            if (left === 0) resolve();
          };
          for (const worker of workers) worker.send({ ping: 'plain' });
        });
      }),
    flood: ({ ms, how }) => {
      const [flooding, beating] = everyone();
      late = lateness();
      flooding.send({ burst: Infinity, how, ms });
      beating.send({ beats: ms, how });
      return new Promise((resolve) => setTimeout(() => resolve(late.end()), ms));
    },
  },
  end: () => {
    for (const worker of everyone()) worker.process.kill('SIGKILL');
  },
});
