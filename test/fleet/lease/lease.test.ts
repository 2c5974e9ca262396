import { map, mergeMap, type Observable, takeUntil, timer } from 'rxjs';
import { describe } from 'vitest';
import { lease$, leaseTerms$ } from '../../../src/fleet/lease/lease.js';
import type { FleetStore } from '../../../src/fleet/store/store.js';
import { marbles, now } from '../../marbles.js';
import { simulatedStore } from '../simulatedStore.js';

/** One way takes 1 ms, a lease lives for 80 ms: it is renewed every 20 ms, counts for 60 ms, and an answer may take 10 ms. */
const ttl = 80;
const system = () => simulatedStore({ ttl: { leases: ttl }, timeout: 15, notices: 5 });
const at = (ms: number, act: () => void) => timer(ms).subscribe(act);

const held = (store: FleetStore, holder: string, options?: { readonly released: () => boolean }) =>
  lease$(store, 'roll.shop', holder, ttl, { now, ...options }).pipe(map((lease) => lease?.token));
const from = <T>(ms: number, source$: Observable<T>): Observable<T> => timer(ms).pipe(mergeMap(() => source$));

const tokens = { u: undefined, 1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 6 };

describe('lease$', () => {
  marbles('takes a lease that nobody holds, and keeps it', ({ expectObservable }) => {
    const store = system().host('a');
    expectObservable(held(store, 'a'), '500ms !').toBe('u-1', tokens);
  });

  marbles('is had by one of two, and by the other one when it has been given back', ({ expectObservable }) => {
    const servers = system();
    // The revision of each renewal is higher, so is the next token.
    expectObservable(held(servers.host('a'), 'a'), '50ms !').toBe('u-1', tokens);
    expectObservable(held(servers.host('b'), 'b'), '90ms !').toBe('u 53ms 5', tokens);
  });

  marbles('is taken from a holder that died after its time to live, and not before', ({ expectObservable }) => {
    const servers = system();
    held(servers.host('a'), 'a')
      .pipe(takeUntil(timer(50)))
      .subscribe();
    at(49, () => servers.kill('a'));
    // The last renewal was carried out at 43, and told at 44.
    expectObservable(held(servers.host('b'), 'b'), '200ms !').toBe('u 125ms 4', tokens);
  });

  marbles('ends before it can have expired when the store does not answer', ({ expectObservable }) => {
    const servers = system();
    at(50, () => servers.cut('a'));
    // The last renewal was sent at 42: 42 + 80 - 20.
    expectObservable(held(servers.host('a'), 'a'), '200ms !').toBe('u-1 99ms u', tokens);
    expectObservable(held(servers.host('b'), 'b'), '200ms !').toBe('u 125ms 4', tokens);
  });

  marbles('survives a store that is away for less than its time', ({ expectObservable }) => {
    const servers = system();
    at(50, () => servers.stop());
    at(80, () => servers.start());
    expectObservable(held(servers.host('a'), 'a'), '300ms !').toBe('u-1', tokens);
    expectObservable(held(servers.host('b'), 'b'), '300ms !').toBe('u', tokens);
  });

  marbles('survives a renewal whose answer was lost', ({ expectObservable }) => {
    const servers = system();
    // The renewal arrives at 23, its answer would at 24.
    servers.writes$.subscribe(({ revision }) => {
      if (revision !== 2) return;
      servers.cut('a');
      at(4, () => servers.heal('a'));
    });
    expectObservable(held(servers.host('a'), 'a'), '300ms !').toBe('u-1', tokens);
  });

  marbles('takes a lease whose first answer was lost', ({ expectObservable }) => {
    const servers = system();
    servers.writes$.subscribe(({ revision }) => {
      if (revision !== 1) return;
      servers.cut('a');
      at(4, () => servers.heal('a'));
    });
    // Unanswered until 10, again at 15: the key exists, it is its own, and is written over.
    expectObservable(held(servers.host('a'), 'a'), '300ms !').toBe('u 20ms 2', tokens);
  });

  marbles('is lost when somebody else has it, which the next renewal shows', ({ expectObservable }) => {
    const servers = system();
    at(5, () => {
      servers.lose('leases');
      servers.host('c').create('leases', 'roll.shop', { format: 1, holder: 'c' }).subscribe();
    });
    expectObservable(held(servers.host('a'), 'a'), '40ms !').toBe('u-1 23ms u', tokens);
  });

  marbles('is taken with its revision from a store that lets nothing expire', ({ expectObservable }) => {
    const servers = simulatedStore({ ttl: { leases: Infinity }, timeout: 15, notices: 5 });
    held(servers.host('a'), 'a')
      .pipe(takeUntil(timer(36)))
      .subscribe();
    at(35, () => servers.kill('a'));
    // Seen at 24; refused, read and written over from 104 on.
    expectObservable(held(servers.host('b'), 'b'), '200ms !').toBe('u 109ms 3', tokens);
  });

  marbles('is not taken from a holder that renews it', ({ expectObservable }) => {
    const servers = simulatedStore({ ttl: { leases: Infinity }, timeout: 15, notices: 5 });
    expectObservable(held(servers.host('a'), 'a'), '1s !').toBe('u-1', tokens);
    expectObservable(held(servers.host('b'), 'b'), '1s !').toBe('u', tokens);
  });

  marbles('is taken over a record that nobody understands', ({ expectObservable }) => {
    const servers = system();
    servers.host('c').create('leases', 'roll.shop', 'nonsense').subscribe();
    expectObservable(from(2, held(servers.host('a'), 'a')), '200ms !').toBe('--u 83ms 2', tokens);
  });

  marbles('is not given back while what it protects goes on', ({ expectObservable }) => {
    const servers = system();
    expectObservable(held(servers.host('a'), 'a', { released: () => false }), '50ms !').toBe('u-1', tokens);
    expectObservable(held(servers.host('b'), 'b'), '200ms !').toBe('u 125ms 4', tokens);
  });

  marbles('of other keys do not matter', ({ expectObservable }) => {
    const servers = system();
    const other = lease$(servers.host('b'), 'leader', 'b', ttl, { now }).pipe(map((lease) => lease?.token));
    expectObservable(held(servers.host('a'), 'a'), '200ms !').toBe('u-1', tokens);
    expectObservable(other, '200ms !').toBe('u-2', tokens);
  });
});

describe('leaseTerms$', () => {
  marbles('emits each renewal with the time from when it was sent', ({ expectObservable }) => {
    const store = system().host('a');
    const terms$ = leaseTerms$(store, 'roll.shop', 'a', ttl, { now });
    expectObservable(terms$, '60ms !').toBe('u-a 21ms b 19ms c', {
      u: undefined,
      a: { token: 1, until: 60 },
      b: { token: 1, until: 82 },
      c: { token: 1, until: 102 },
    });
  });
});
