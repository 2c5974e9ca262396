// Its workers run this very file, too: then it is require() that loads the service.
const service = require('cluster-service');

const { PEERS_EXEC, PEERS_WORKERS } = process.env;
service.start({ workers: PEERS_EXEC, workerCount: Number(PEERS_WORKERS), cli: false });

if (service.isMaster) {
  process.on('SIGUSR2', () => service.trigger('restart', () => {}, 'all'));
  process.on('SIGTERM', () => service.trigger('shutdown', () => process.exit(), 'all'));
}
