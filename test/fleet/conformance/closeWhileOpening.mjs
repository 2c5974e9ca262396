// Closes stores that begin to watch, at many moments. Nothing may keep this process alive then: `node closeWhileOpening.mjs 127.0.0.1:4222`
import { filter, first, switchMap, timer } from 'rxjs';
import { members$, natsStore } from 'proteus-cluster/fleet';

const [, , servers] = process.argv;

for (let step = 0; step < 40; step += 1) {
  const connection = natsStore({ servers, name: 'test' }).subscribe((store) => {
    const connected$ = store.reachable$.pipe(filter(Boolean), first());
    const watching = connected$.pipe(switchMap(() => members$(store))).subscribe();
    connected$.pipe(switchMap(() => timer(step / 2))).subscribe(() => {
      watching.unsubscribe();
      connection.unsubscribe();
    });
  });
}
