// What a policy does when the database is away for a quarter of a minute: every worker that is forked meanwhile crashes. `node examples/policy/night.js` takes some ms.
import { describeEvent } from 'proteus-cluster';
import { defaultPolicy, policy } from 'proteus-cluster/policy';
import { rehearse, simulatedHost } from 'proteus-cluster/testing';
import { asyncScheduler, takeUntil, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { spaced } from './spaced.js';

const isAway = () => asyncScheduler.now() >= 5_000 && asyncScheduler.now() < 20_000;

new TestScheduler(() => {}).run(() => {
  const host = simulatedHost({
    behave: (_, fork) => (fork <= 4 ? { crashes: { after: 5_000 } } : isAway() ? { crashes: { after: 30 } } : {}),
  });
  rehearse(host, { worker: 4, respawn: policy(defaultPolicy({ maxForkCount: 100 }), spaced(500)) })
    .pipe(takeUntil(timer(40_000)))
    .subscribe((event) => console.log(`${event.time} ms`.padStart(10), describeEvent(event)?.[1]));
});
