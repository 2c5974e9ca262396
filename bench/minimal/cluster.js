import cluster from 'node:cluster';

/** The minimal hand-written master: forks, knows when a worker listens, and forks again when one has exited. */
export const run = ({ exec, workers, listening, message }) => {
  cluster.setupPrimary({ exec });
  cluster.on('listening', (worker, { port }) => listening(worker, port));
  cluster.on('message', (_, said) => message(said));
  cluster.on('exit', () => cluster.fork());
  for (let forked = 0; forked < workers; forked += 1) cluster.fork();
};
