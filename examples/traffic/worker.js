import { cmd, expose, messages$, publish, request, route, send, topic$ } from 'proteus-cluster/worker';
import { filter, interval, map } from 'rxjs';

let served = 0;
let price = 0;

// The master sends requests. What the handler returns is the reply.
messages$.pipe(route({ stats: () => ({ served, price }) })).subscribe();
messages$.pipe(filter(cmd('reset'))).subscribe(() => (served = 0));

// Many small messages. Those of one turn of the event loop are sent together. `await` only waits if the master is slower.
const work = interval(10).subscribe(async () => {
  for (let hit = 0; hit < 20; hit += 1) await send({ cmd: 'hit', path: '/', ms: hit });
  served += 20;
});

// Asks the master once.
request({ cmd: 'config' }).subscribe(({ currency }) => console.log(`${process.pid} uses ${currency}`));

// From worker to worker, through the master. Only workers that subscribe to the topic receive it.
topic$('price').subscribe((latest) => (price = latest.amount));
const quotes = interval(500).subscribe((amount) => publish('price', { amount }));

// Runs only while the master observes it.
expose('memory', () => interval(200).pipe(map(() => Math.round(process.memoryUsage().rss / 2 ** 20))));

// When the worker is asked to leave, it stops working.
process.once('disconnect', () => {
  work.unsubscribe();
  quotes.unsubscribe();
});
send('ready');
