import { filter, map, type Observable, of } from 'rxjs';
import { describe } from 'vitest';
import type { CoreEvent } from '../../src/vocabulary/events.js';
import { is } from '../../src/api/is.js';
import type { Feedback } from '../../src/operators/general/loop.js';
import type { ClusterState } from '../../src/state/clusterState.js';
import { waiting$ } from '../../src/streams/waiting.js';
import { counted, life, marbles, now, ref, stamped } from '../marbles.js';

const one = life();
const two = life(ref({ id: 2 }));
const events = {
  t: stamped(one.t),
  u: stamped(two.t),
  k: stamped({ ...one.k, signal: 'SIGTERM', remaining: 4_000 }),
  x: stamped(one.x),
  y: stamped(two.x),
};

const waits = (event$: Observable<CoreEvent>, terminal: boolean, disconnectTimeout = 20_000) => {
  const hearing: Feedback<CoreEvent, ClusterState> = {
    on: (type) => event$.pipe(filter(is(type))),
    state$: of(counted(2)),
  };
  return waiting$({ disconnectTimeout, terminal }, hearing, { now }).pipe(
    filter(is('waiting')),
    map(({ workers }) => workers.map(({ worker, remaining }) => `${worker.id}: ${remaining}`).join()),
  );
};

describe('what a cluster waits for', () => {
  marbles(
    'is emitted on a terminal after 2 s and every 5 s, until the last one has exited',
    ({ hot, expectObservable }) => {
      const event$ = hot('t 999ms u 11s x 1s y 30s -', events);
      const expected = '  2s a 4999ms b 4999ms c';
      expectObservable(waits(event$, true)).toBe(expected, {
        a: '1: 18000,2: 19000',
        b: '1: 13000,2: 14000',
        c: '1: 8000,2: 9000',
      });
    },
  );

  marbles('is emitted elsewhere once, after 10 s', ({ hot, expectObservable }) => {
    const event$ = hot('t 15s x 30s -', events);
    expectObservable(waits(event$, false)).toBe('10s a', { a: '1: 10000' });
  });

  marbles('does not contain workers that have exited by then', ({ hot, expectObservable }) => {
    const event$ = hot('t 1s x 30s -', events);
    expectObservable(waits(event$, true)).toBe('');
  });

  marbles('has less time after SIGTERM to a worker that was never ready', ({ hot, expectObservable }) => {
    const event$ = hot('(tk) 5s x 30s -', events);
    expectObservable(waits(event$, true)).toBe('2s a', { a: '1: 2000' });
  });

  marbles('has no time limit where there is none', ({ hot, expectObservable }) => {
    const event$ = hot('t 3s x 30s -', events);
    expectObservable(waits(event$, true, Infinity)).toBe('2s a', { a: '1: undefined' });
  });
});
