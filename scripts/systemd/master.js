import { cluster$ } from 'proteus-cluster';

// The scenario puts a broken release in place with this link.
cluster$({
  exec: 'current.js',
  worker: 2,
  pid: false,
  log: { level: 'warn' },
  minReadyTime: 100,
  readyTimeout: 5_000,
  disconnectTimeout: 10_000,
}).subscribe();
