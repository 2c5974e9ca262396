// What happens at night when every worker that is forked after the first two dies at start? A minute and a half of it takes a few milliseconds.
import { describeEvent } from 'proteus-cluster';
import { rehearse, simulatedHost } from 'proteus-cluster/testing';
import { TestScheduler } from 'rxjs/testing';

const longLife = { crashes: { after: 90_000 } };
const stillborn = { crashes: { after: 30 } };

new TestScheduler(() => {}).run(() => {
  const host = simulatedHost({ behave: (seat, fork) => (fork > 2 ? stillborn : longLife) });
  rehearse(host, { worker: 2, maxForkCount: 10 }).subscribe({
    next: (event) => console.log(`${event.time} ms`.padStart(10), describeEvent(event)?.[1]),
    error: ({ message }) => console.log(message),
  });
});
