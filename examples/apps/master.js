// Runs any of the applications in this folder unchanged: node examples/apps/master.js express
// None of them contains code for the cluster. socket.io has its own master in its own folder.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cluster$ } from 'proteus-cluster';

const [name = 'http'] = process.argv.slice(2);
const files = ['js', 'cjs'].map((ending) => join(import.meta.dirname, `${name}.${ending}`));

cluster$({
  worker: 2,
  exec: files.find((file) => existsSync(file)) ?? name,
  args: [],
  pid: join(import.meta.dirname, 'master.pid'),
}).subscribe();
