import { cmd, expose, messages$, publish, request, route, send, topic$ } from 'proteus-cluster/worker';
import { filter, interval, map } from 'rxjs';

let served = 0;
let price = 0;

// Asked by the master; what the handler returns is the answer.
messages$.pipe(route({ stats: () => ({ served, price }) })).subscribe();
messages$.pipe(filter(cmd('reset'))).subscribe(() => (served = 0));

// Many small messages: those of one turn travel together. Waiting is only for those who send faster than the master hears.
const work = interval(10).subscribe(async () => {
  for (let hit = 0; hit < 20; hit += 1) await send({ cmd: 'hit', path: '/', ms: hit });
  served += 20;
});

// What the master is asked, once.
request({ cmd: 'config' }).subscribe(({ currency }) => console.log(`${process.pid} counts in ${currency}`));

// From worker to worker, by way of the master: only those that follow the topic receive it.
topic$('price').subscribe((latest) => (price = latest.amount));
const quotes = interval(500).subscribe((amount) => publish('price', { amount }));

// Runs only while the master observes it.
expose('memory', () => interval(200).pipe(map(() => Math.round(process.memoryUsage().rss / 2 ** 20))));

// Asked to leave: no further work.
process.once('disconnect', () => {
  work.unsubscribe();
  quotes.unsubscribe();
});
send('ready');
