// By its path: these folders are a package of their own.
import { cluster$ } from '../../../dist/index.js';

const { PEERS_EXEC, PEERS_WORKERS, PEERS_OPTIONS } = process.env;

cluster$({
  exec: PEERS_EXEC,
  args: [],
  worker: Number(PEERS_WORKERS),
  pid: false,
  ...JSON.parse(PEERS_OPTIONS),
}).subscribe();
