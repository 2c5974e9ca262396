// Uses the whole life-cycle API of a worker. The file also runs without a master: `node examples/worker/worker.js`.
import { createServer } from 'node:http';
import { onStop, ready, stopping$, worker } from 'proteus-cluster/worker';
import { concatMap, interval, lastValueFrom, map, share, Subject, takeUntil, tap, timer } from 'rxjs';

const name = worker ? `slot ${worker.slot}, generation ${worker.generation}` : 'alone';

/** A stand-in for the pool of a database driver. */
const pool = { connect: async () => {}, end: async () => console.log(`${name}: the pool is closed`) };
await pool.connect();
onStop(() => pool.end());

// Processes one order after the other. The function that was given to onStop last is called first, so all orders are done before the pool is closed.
const orders$ = new Subject();
const done$ = orders$.pipe(
  concatMap((order) => timer(200).pipe(map(() => order))),
  tap((order) => console.log(`${name}: order ${order} is done`)),
  share(),
);
done$.subscribe();
onStop(async () => {
  const last = lastValueFrom(done$, { defaultValue: 'none' });
  orders$.complete();
  console.log(`${name}: the last order was ${await last}`);
});

let count = 0;
createServer((request, response) => {
  if (request.url === '/time') {
    // This response never ends by itself, so it would hold the worker until `drain.cut`.
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    interval(1_000)
      .pipe(takeUntil(stopping$))
      .subscribe({
        next: () => response.write(`data: ${new Date().toISOString()}\n\n`),
        complete: () => response.end(),
      });
    return;
  }
  count += 1;
  orders$.next(count);
  response.end(`${name} accepted order ${count}\n`);
}).listen(Number(process.env.PORT ?? 8080), '127.0.0.1', ready);

stopping$.subscribe((why) => console.log(`${name}: must leave (${why})`));
