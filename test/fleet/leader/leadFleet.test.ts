import { BehaviorSubject, filter, Observable, Subject, Subscription, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, test } from 'vitest';
import { leadFleet, type LeadingCluster } from '../../../src/fleet/leader/leadFleet.js';
import { leaseTerms$ } from '../../../src/fleet/lease/lease.js';
import { marbles, now } from '../../marbles.js';
import { simulatedStore } from '../simulatedStore.js';

const ttl = 80;
/** Where times are random. One that seldom meet in one millisecond. */
const longTtl = 8_000;

/** A cluster of one worker, which leads at once when a term is granted, counts its time, and needs 3 ms to resign. */
const puppetCluster = () => {
  const ready$ = new BehaviorSubject(true);
  const terms$ = new Subject<{ readonly token: number; readonly leads: boolean }>();
  let leading: { readonly token: number; readonly end: Subscription } | undefined;
  const end = () => {
    if (leading === undefined) return;
    const { token } = leading;
    leading.end.unsubscribe();
    leading = undefined;
    terms$.next({ token, leads: false });
  };
  const cluster: LeadingCluster = {
    ready$,
    terms$,
    grant: (token, validFor) => {
      if (!ready$.value) return;
      const isNew = leading?.token !== token;
      leading?.end.unsubscribe();
      // A millisecond early: TestScheduler does not bear that one of two timers of a moment clears the other.
      leading = { token, end: timer(validFor - 1).subscribe(end) };
      if (isNew) terms$.next({ token, leads: true });
    },
    withdraw: () => {
      timer(3).subscribe(end);
    },
  };
  return { cluster, ready$, end, terms$, tokens$: shown(terms$) };
};

const shown = (terms$: Observable<{ readonly token: number; readonly leads: boolean }>) =>
  new Observable<string>((subscriber) =>
    terms$.subscribe(({ token, leads }) => subscriber.next(leads ? `${token}` : `-${token}`)),
  );

const lead = (servers: ReturnType<typeof simulatedStore>, host: string, cluster: LeadingCluster, lives = ttl) =>
  leadFleet(cluster, (released) => leaseTerms$(servers.host(host), 'leader.shop', host, lives, { now, released }), now);
const at = (ms: number, act: () => void) => timer(ms).subscribe(act);

describe('leadFleet', () => {
  marbles(
    'one of two hosts leads, and leads again with a higher token when its term has ended',
    ({ expectObservable }) => {
      const servers = simulatedStore({ ttl: { leases: ttl } });
      const [one, two] = [puppetCluster(), puppetCluster()];
      expectObservable(one.tokens$, '100ms !').toBe('--a 27ms A-c', { a: '1', A: '-1', c: '4' });
      expectObservable(two.tokens$, '100ms !').toBe('');
      expectObservable(lead(servers, 'one', one.cluster), '100ms !').toBe('');
      expectObservable(lead(servers, 'two', two.cluster), '100ms !').toBe('');
      at(30, one.end);
    },
  );

  marbles('a host that has no worker to lead leaves it to another', ({ expectObservable }) => {
    const servers = simulatedStore({ ttl: { leases: ttl } });
    const [one, two] = [puppetCluster(), puppetCluster()];
    expectObservable(one.tokens$, '100ms !').toBe('--a 27ms A', { a: '1', A: '-1' });
    expectObservable(two.tokens$, '100ms !').toBe('34ms c', { c: '4' });
    expectObservable(lead(servers, 'one', one.cluster), '100ms !').toBe('');
    expectObservable(lead(servers, 'two', two.cluster), '100ms !').toBe('');
    at(29, () => one.ready$.next(false));
    at(30, one.end);
  });

  marbles('a term that nobody could begin is left to expire', ({ expectObservable }) => {
    const servers = simulatedStore({ ttl: { leases: ttl } });
    const [one, two] = [puppetCluster(), puppetCluster()];
    const slow = { ...one.cluster, grant: () => undefined };
    expectObservable(lead(servers, 'one', slow), '200ms !').toBe('');
    at(5, () => one.ready$.next(false));
    expectObservable(two.tokens$, '200ms !').toBe('84ms c', { c: '2' });
    expectObservable(lead(servers, 'two', two.cluster), '200ms !').toBe('');
  });

  marbles('who stops to take part withdraws, and the lease expires', ({ expectObservable }) => {
    const servers = simulatedStore({ ttl: { leases: ttl } });
    const one = puppetCluster();
    expectObservable(one.tokens$, '200ms !').toBe('--a 10ms A', { a: '1', A: '-1' });
    expectObservable(lead(servers, 'one', one.cluster), '10ms !').toBe('');
    at(60, () => expect(servers.entries('leases').size).toBe(1));
    at(90, () => expect(servers.entries('leases').size).toBe(0));
  });
});

test('never two lead, whatever is cut off', () => {
  for (let seed = 1; seed <= 10; seed += 1) {
    let state = seed;
    const random = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    };
    const upTo = (max: number) => Math.floor(random() * max);
    const leading = new Set<string>();
    const wrong: string[] = [];
    let terms = 0;
    let highest = 0;
    new TestScheduler(() => undefined).run(({ flush }) => {
      const servers = simulatedStore({ latency: () => 1 + upTo(397), ttl: { leases: longTtl } });
      const hosts = ['one', 'two', 'three'].map((name) => Object.assign(puppetCluster(), { name }));
      const running = new Subscription();
      for (const { name, cluster, terms$ } of hosts) {
        running.add(
          terms$.pipe(filter(({ token }) => token > 0)).subscribe(({ token, leads }) => {
            if (leads) {
              if (leading.size > 0 || token <= highest)
                wrong.push(`${name} leads with ${token} at ${now()} beside ${Array.from(leading).join(' ')}`);
              highest = token;
              terms += 1;
              leading.add(name);
            } else leading.delete(name);
          }),
        );
        running.add(lead(servers, name, cluster, longTtl).subscribe());
      }
      for (let time = 2_003; time < 300_000; time += upTo(10_007)) {
        const host = hosts[upTo(hosts.length)];
        if (host === undefined) continue;
        const faults = [
          () => servers.cut(host.name),
          () => servers.heal(host.name),
          () => servers.heal(host.name),
          host.end,
          () => host.ready$.next(!host.ready$.value),
        ];
        at(time, faults[upTo(faults.length)] ?? host.end);
      }
      at(300_001, () => running.unsubscribe());
      flush();
    });
    expect(wrong, `seed ${seed}`).toEqual([]);
    expect(terms, `seed ${seed}`).toBeGreaterThan(3);
  }
});
