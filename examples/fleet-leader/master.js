// One worker of all hosts leads. Here a timer grants the term and renews it, in place of a fleet: stop the renewals, and the worker stops leading by itself.
import { join } from 'node:path';
import { cluster$, events$, grantLeadership, is, withdrawLeadership } from 'proteus-cluster';
import { exhaustMap, filter, finalize, take, takeUntil, timer } from 'rxjs';

const renewed$ = timer(0, 1_000).pipe(
  exhaustMap(() => grantLeadership('shop', { token: 17, validFor: 4_000 })),
  takeUntil(timer(10_000)),
  finalize(() => void withdrawLeadership('shop')),
);
events$.pipe(filter(is('started')), take(1)).subscribe(() => renewed$.subscribe());

cluster$({
  name: 'shop',
  worker: 2,
  exec: join(import.meta.dirname, 'worker.js'),
  pid: false,
  leader: 'fleet',
}).subscribe();
