// Every worker serves. The one that leads does the periodic work, and sends its token with what it writes.
import { createServer } from 'node:http';
import { leaderTerm$ } from 'proteus-cluster/worker';
import { EMPTY, interval, map, switchMap } from 'rxjs';

createServer((request, response) => response.end(`${process.pid}\n`)).listen(8080);

leaderTerm$
  .pipe(switchMap((term) => (term === undefined ? EMPTY : interval(1_000).pipe(map(() => term)))))
  .subscribe(({ token, remaining }) =>
    console.log(`${process.pid} leads with token ${token} for ${Math.round(remaining())} ms`),
  );
