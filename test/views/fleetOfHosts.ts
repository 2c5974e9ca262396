import { delay, merge, NEVER, of } from 'rxjs';
import { onTestFinished } from 'vitest';
import { fleetRestart, type HostOutcome, members$, type RollOptions, watchFleet } from '../../src/fleet.js';
import { joinFleet } from '../../src/fleet/api/joinFleet.js';
import { enterFleet } from '../../src/fleet/state/joinedFleet.js';
import { aMember } from '../fleet/membership/aMember.js';
import { simulatedStore } from '../fleet/simulatedStore.js';

interface AHost {
  readonly name: string;
  /** How its restart of `shop` ends, after 300 ms. Default: done. */
  readonly outcome?: HostOutcome;
}

const shop = {
  release: '1.4.1',
  phase: 'running',
  size: 2,
  available: 2,
  crashes: 0,
  p99: 12,
  slots: [1, 2].map((slot) => ({ slot, generation: 3, phase: 'running' })),
};

/** A fleet without processes, over a simulated store in real time. This process is in it as the first host, and a page of this process shows it. */
export const fleetOfHosts = (...hosts: readonly AHost[]) => {
  const system = simulatedStore();
  const memberships = new Map(
    hosts.map(({ name, outcome = { state: 'done', to: '1.4.2' } }) => {
      const joined = joinFleet(system.host(name), {
        host: name,
        instance: `${name} 1`,
        record$: merge(of(aMember(name, { services: { shop }, since: Date.now() - 3_600_000 })), NEVER),
        restart: () => of(outcome).pipe(delay(300)),
        release: () => '1.4.1',
        problem$: NEVER,
        sampling$: NEVER,
      }).subscribe();
      onTestFinished(() => joined.unsubscribe());
      return [name, joined] as const;
    }),
  );
  const page = 'the page';
  onTestFinished(enterFleet({ name: 'prod', host: hosts[0]?.name ?? '', state$: watchFleet(system.host(page)) }));
  const store = system.host('the command');
  return {
    store,
    /** A host says that it leaves. */
    leave: (name: string) => memberships.get(name)?.unsubscribe(),
    /** Takes the store away from the page, and gives it back. */
    cut: () => system.cut(page),
    heal: () => system.heal(page),
    /** Begins a restart of `shop`. */
    restart: (plan: RollOptions) => {
      const restart = { id: 'r1', service: 'shop', by: 'anna@laptop', plan };
      const following = fleetRestart(store, members$(store), restart).subscribe();
      onTestFinished(() => following.unsubscribe());
    },
  };
};
