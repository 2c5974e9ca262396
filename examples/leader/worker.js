// Every worker serves. The leader also runs a task each second, as cron would.
import { createServer } from 'node:http';
import { leader$ } from 'proteus-cluster/worker';
import { EMPTY, interval, switchMap } from 'rxjs';

createServer((request, response) => response.end(`${process.pid}\n`)).listen(8080);

leader$
  .pipe(switchMap((leads) => (leads ? interval(1_000) : EMPTY)))
  .subscribe((tick) => console.log(`${process.pid} does the work of second ${tick}`));
