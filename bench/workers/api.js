import { onStop, ready, send, worker } from 'proteus-cluster/worker';

const { user, system } = process.cpuUsage();

process.send({ cpu: (user + system) / 1_000, used: [onStop, ready, send, worker].length }, () => process.exit());
