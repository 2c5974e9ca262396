// Draws the cluster in the terminal while it runs: node examples/marbles/master.js
// Restart it from another terminal, by kill -USR2 and the pid that is printed, or kill one of the workers.
import { join } from 'node:path';
import { cluster$, events$ } from 'proteus-cluster';
import { toMarbles } from 'proteus-cluster/marbles';

const { isTTY, columns } = process.stdout;
const begin = isTTY ? '\u001B[2J\u001B[H' : '\n';

events$.pipe(toMarbles({ width: isTTY ? Math.max(60, columns) : 80 })).subscribe((picture) => {
  console.log(`${begin}master ${process.pid}\n\n${picture}`);
});

cluster$({
  worker: 2,
  exec: join(import.meta.dirname, 'worker.js'),
  pid: false,
  // The picture has the decisions.
  log: { level: 'silent' },
}).subscribe();
