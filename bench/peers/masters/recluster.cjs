// It has no way to stop gracefully: its terminate() kills, and its README leaves SIGTERM to Node.
const { PEERS_EXEC, PEERS_WORKERS } = process.env;

const cluster = require('recluster')(PEERS_EXEC, { workers: Number(PEERS_WORKERS) });
cluster.run();

process.on('SIGUSR2', () => cluster.reload());
