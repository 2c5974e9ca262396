// A hand-written master: it forks again what has gone, and replaces a worker when its replacement listens. Who has not
// left two seconds later is killed, as in the example of Node's documentation of worker.disconnect().
const cluster = require('node:cluster');

const { PEERS_EXEC, PEERS_WORKERS } = process.env;
let stopping = false;

cluster.setupPrimary({ exec: PEERS_EXEC });
cluster.on('exit', (worker) => {
  if (!stopping && !worker.exitedAfterDisconnect) cluster.fork();
});
for (let forked = 0; forked < Number(PEERS_WORKERS); forked += 1) cluster.fork();

const retire = (worker) => {
  const patience = setTimeout(() => worker.process.kill(), 2_000);
  worker.once('exit', () => clearTimeout(patience));
  worker.disconnect();
};

process.on('SIGUSR2', () => {
  for (const old of Object.values(cluster.workers)) cluster.fork().once('listening', () => retire(old));
});
process.on('SIGTERM', () => {
  stopping = true;
  for (const worker of Object.values(cluster.workers)) retire(worker);
});
