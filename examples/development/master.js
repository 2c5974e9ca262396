// Restarts the service when one of its files is saved. `--inspect` has the same port after each restart.
import { join, relative } from 'node:path';
import { cluster$, describeEvent, restart$ } from 'proteus-cluster';
import { changes$ } from 'proteus-cluster/development';
import { tap } from 'rxjs';

const folder = join(import.meta.dirname, 'service');

cluster$({
  worker: 1,
  exec: join(folder, 'worker.js'),
  execArgv: ['--inspect'],
  pid: false,
  log: false,
  // The old worker leaves first, because only one process can use the slot's inspector port.
  maxSurge: 0,
  disconnectTimeout: 500,
  minReadyTime: 100,
  readyTimeout: 10_000,
  // Do not give up because of a bug in the service. The next save restarts immediately, without backoff.
  maxForkCount: Infinity,
  backoff: { initial: 10_000 },
}).subscribe((event) => {
  const [level, sentence] = describeEvent(event) ?? ['debug'];
  if (level !== 'debug') console.log(sentence);
});

changes$(folder, { debounce: 100, watching: () => console.log(`save a file in ${relative('.', folder)}`) })
  .pipe(tap((paths) => console.log(`\nchanged: ${paths.map((path) => relative(folder, path)).join(', ')}`)))
  .subscribe(restart$);
