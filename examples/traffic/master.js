// What a master and its workers can say to each other: counts that are sent by the thousand, questions with answers, and a stream that is watched.
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

// A worker asks; what the handler returns is the answer.
messages$.pipe(route({ config: () => ({ currency: 'EUR' }) })).subscribe();

// What does not fit the schema is an error event, and goes no further.
const Hit = v.object({ cmd: v.literal('hit'), path: v.string(), ms: v.number() });
let hits = 0;
messages$.pipe(cmd('hit', Hit)).subscribe(() => (hits += 1));

// Each worker is asked; who is silent for half a second is told apart from who answers.
const shutdown$ = events$.pipe(filter(is('shutdown')));
interval(1_000)
  .pipe(
    takeUntil(shutdown$),
    mergeMap(() => request({ cmd: 'stats' }, { timeout: 500 }).pipe(toArray())),
    map((replies) =>
      replies.map(({ worker, reply, error }) => `slot ${worker.slot}: ${error?.reason ?? reply.served}`),
    ),
  )
  .subscribe((stats) => console.log(`${hits} hits heard of; served ${stats.join(', ')}`));

// While this is subscribed, the worker in slot 1 measures its memory; then it stops.
events$
  .pipe(
    filter(is('started')),
    mergeMap(() => observe('memory', { to: { slot: 1 } })),
    take(3),
  )
  .subscribe(({ worker, value }) => console.log(`slot ${worker.slot} has ${value} MB`));
