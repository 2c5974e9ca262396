// With cluster-reload, which is made for it. Neither has a way to stop gracefully.
const { cfork } = require('cfork');
const { reload } = require('cluster-reload');

const { PEERS_EXEC, PEERS_WORKERS } = process.env;
const count = Number(PEERS_WORKERS);
cfork({ exec: PEERS_EXEC, count });

process.on('SIGUSR2', () => reload(count));
