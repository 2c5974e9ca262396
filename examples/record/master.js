// Records all events of the master, and restarts every ten seconds. When the master is killed, the recording has its last minutes: node replay.js web.jsonl
import { join } from 'node:path';
import { cluster$, events$, is, restart } from 'proteus-cluster';
import { record } from 'proteus-cluster/record';
import { filter, interval, takeUntil } from 'rxjs';

const recording = process.argv[2] ?? join(import.meta.dirname, 'web.jsonl');

events$.pipe(record(recording, { size: '32M' })).subscribe();

cluster$({ exec: join(import.meta.dirname, '../http/worker.js'), name: 'web', worker: 2, pid: false }).subscribe({
  error: (error) => {
    console.error(error);
    process.exitCode = 1;
  },
});

interval(10_000)
  .pipe(takeUntil(events$.pipe(filter(is('end')))))
  .subscribe(() => void restart({ why: 'ten seconds have passed' }));
