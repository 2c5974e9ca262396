// Messages between the master and its workers: thousands of small messages, requests with replies, and an observed stream.
import { join } from 'node:path';
import { cluster$, cmd, events$, is, messages$, observe, request, route } from 'proteus-cluster';
import { filter, interval, map, mergeMap, take, takeUntil, toArray } from 'rxjs';
import * as v from 'valibot';

cluster$({
  worker: 2,
  exec: join(import.meta.dirname, 'worker.js'),
  pid: join(import.meta.dirname, 'master.pid'),
  ready: 'message',
}).subscribe();

// A worker sends a request. What the handler returns is the reply.
messages$.pipe(route({ config: () => ({ currency: 'EUR' }) })).subscribe();

// A message that does not fit the schema becomes an error event and is not passed on.
const Hit = v.object({ cmd: v.literal('hit'), path: v.string(), ms: v.number() });
let hits = 0;
messages$.pipe(cmd('hit', Hit)).subscribe(() => (hits += 1));

// Asks each worker. A worker that does not reply within half a second is reported as a timeout; the others' replies are still there.
const shutdown$ = events$.pipe(filter(is('shutdown')));
interval(1_000)
  .pipe(
    takeUntil(shutdown$),
    mergeMap(() => request({ cmd: 'stats' }, { timeout: 500 }).pipe(toArray())),
    map((replies) =>
      replies.map(({ worker, reply, error }) => `slot ${worker.slot}: ${error?.reason ?? reply.served}`),
    ),
  )
  .subscribe((stats) => console.log(`${hits} hits received; served ${stats.join(', ')}`));

// The worker in slot 1 measures its memory while this is subscribed, and then stops.
events$
  .pipe(
    filter(is('started')),
    mergeMap(() => observe('memory', { to: { slot: 1 } })),
    take(3),
  )
  .subscribe(({ worker, value }) => console.log(`slot ${worker.slot} uses ${value} MB`));
