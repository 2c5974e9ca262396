// Every 20 seconds one worker after the other is taken out of rotation for 5 seconds, as one would to inspect it. No request fails.
import { join } from 'node:path';
import { concatMap, filter, interval } from 'rxjs';
import { cluster$, events$, is, pause, resume } from 'proteus-cluster';

cluster$({
  worker: 2,
  exec: join(import.meta.dirname, 'worker.js'),
  pid: join(import.meta.dirname, 'master.pid'),
}).subscribe();

const inspect = async (slot) => {
  const result = await pause(slot);
  if (result.outcome === 'refused') return;
  console.log(`worker ${result.worker.pid} gets no connections for 5 seconds`);
  await new Promise((resolve) => setTimeout(resolve, 5_000).unref());
  await resume(slot);
};

events$
  .pipe(
    filter(is('started')),
    concatMap(() => interval(20_000)),
    concatMap((round) => inspect((round % 2) + 1)),
  )
  .subscribe();
