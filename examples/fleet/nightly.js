// A job that runs on one machine at a time, wherever this program is started: whoever has the lease does it, and another one goes on when that one has ended or is cut off.
// It asks the workers of all hosts for something. Send `token` to the systems that the job writes to: they refuse what comes with a lower one.
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { lease$, natsStore, requestAll } from 'proteus-cluster/fleet';
import { EMPTY, map, switchMap, timer } from 'rxjs';

const every = Number(process.env.EVERY ?? 86_400_000);
const options = { servers: process.env.NATS ?? '127.0.0.1:4222', name: 'example' };
const holder = `${hostname()} ${randomUUID()}`;

natsStore(options)
  .pipe(
    switchMap((store) =>
      lease$(store, 'nightly', holder, 10_000).pipe(
        switchMap((lease) => (lease === undefined ? EMPTY : timer(0, every).pipe(map(() => lease)))),
        switchMap(({ token }) => requestAll(store, { cmd: 'price' }).pipe(map((answer) => ({ token, ...answer })))),
      ),
    ),
  )
  .subscribe(({ token, host, replies, error }) => {
    const prices = replies.map(({ reply }) => reply).join(', ');
    console.log(`${host}: ${error ?? `it costs ${prices}`}, with token ${token}`);
  });
