// Records all events of the master, and restarts every ten seconds. After a crash of the master itself the recording has the last minutes.
import { join } from 'node:path';
import { cluster$, events$, restart } from 'proteus-cluster';
import { record } from 'proteus-cluster/record';
import { interval, takeWhile } from 'rxjs';

const recording = process.argv[2] ?? join(import.meta.dirname, 'web.jsonl');

events$.pipe(record(recording, { size: '32M' })).subscribe();

cluster$({ exec: join(import.meta.dirname, '../http/worker.js'), name: 'web', log: false }).subscribe({
  complete: () => console.log(`recorded to ${recording}`),
  error: (error) => {
    console.error(error);
    process.exitCode = 1;
  },
});

let running = true;
events$.subscribe(({ type }) => (running &&= type !== 'end'));
interval(10_000)
  .pipe(takeWhile(() => running))
  .subscribe(() => void restart({ why: 'an example' }));
