// Workers accept orders over HTTP and process them in the background. Restart with `kill -USR2`, stop with Ctrl-C: no order is lost.
import { join } from 'node:path';
import { cluster$, describeEvent } from 'proteus-cluster';

cluster$({
  worker: 2,
  exec: join(import.meta.dirname, 'worker.js'),
  pid: join(import.meta.dirname, 'master.pid'),
  ready: 'message',
  log: false,
}).subscribe((event) => {
  const [level, sentence] = describeEvent(event) ?? ['debug'];
  if (level !== 'debug') console.log(sentence);
});
