// What happens at night if every worker after the first two crashes at its start? The simulation of a minute and a half takes a few milliseconds.
import { describeEvent } from 'proteus-cluster';
import { rehearse, simulatedHost } from 'proteus-cluster/testing';
import { TestScheduler } from 'rxjs/testing';

const longLife = { crashes: { after: 90_000 } };
const crashesAtStart = { crashes: { after: 30 } };

new TestScheduler(() => {}).run(() => {
  const host = simulatedHost({ behave: (slotRef, fork) => (fork > 2 ? crashesAtStart : longLife) });
  rehearse(host, { worker: 2, maxForkCount: 10 }).subscribe({
    next: (event) => console.log(`${event.time} ms`.padStart(10), describeEvent(event)?.[1]),
    error: ({ message }) => console.log(message),
  });
});
