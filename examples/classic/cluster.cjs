// The master from the README of 2012.
const { join } = require('node:path');
const { cluster } = require('proteus-cluster');

cluster({
  worker: 2,
  pid: join(__dirname, 'master.pid'),
  exec: join(__dirname, 'worker.cjs'),
  disconnectTimeout: 5000,
});

cluster.addMessageListener('fromWorker', (msg, worker) => {
  console.log(`worker ${worker.id}: ${msg.msg}`);
  cluster.sendMessage({ cmd: 'fromMaster', msg: 'thank you' });
  cluster.removeMessageListener('fromWorker');
});
