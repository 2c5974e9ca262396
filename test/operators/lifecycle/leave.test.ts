import { filter, ignoreElements, map, NEVER, type Observable, of, pipe } from 'rxjs';
import { describe } from 'vitest';
import type { ProcessEvent } from '../../../src/host/host.js';
import { leave, type Leaving, type LeaveTimeouts, type StopRequest } from '../../../src/operators/lifecycle/leave.js';
import { letters } from '../../../src/drawing/alphabet.js';
import { marbles, puppet } from '../../marbles.js';

/** `g`: leave; `h`: leave, for another reason; `f`: forced. */
const wishes: Readonly<Record<'g' | 'h' | 'f', StopRequest>> = {
  g: { force: false, why: 'asked' },
  h: { force: false, why: 'asked again' },
  f: { force: true, why: 'forced' },
};

const patience = (disconnectTimeout = 9, cut = disconnectTimeout): LeaveTimeouts => ({ disconnectTimeout, cut });

/** What is done to a process that has been ready; SIGTERM has tests of its own. */
const leaving = (stop$: Observable<StopRequest>, timeout = 9) =>
  pipe(
    leave(stop$, patience(timeout), of(true)),
    filter((event) => event.type !== 'kill' || event.signal === 'SIGKILL'),
  );

const isKill = ({ type }: ProcessEvent | Leaving) => type === 'kill';
const asked: Leaving = { type: 'retire', why: 'asked' };
const killed = (why: string): Leaving => ({ type: 'kill', signal: 'SIGKILL', why });

/** A process that does what the marbles say, and the orders that it gets. */
const acted = () => {
  const { process, orders$ } = puppet();
  const events: Readonly<Record<string, ProcessEvent>> = {
    f: { type: 'fork', process },
    o: { type: 'online' },
    g: { type: 'leaving', why: 'disconnected' },
    l: { type: 'listening', address: { address: null, port: 80, addressType: 4 } },
    h: { type: 'hooks', names: ['end'] },
    r: { type: 'drained' },
    d: { type: 'disconnect' },
    x: { type: 'exit', code: 0, signal: null, spawn: false },
  };
  return { events, orders$: orders$.pipe(filter((order) => order !== 'q')), all$: orders$ };
};

/** What is done to it, and what it does. */
const told = (process$: Observable<ProcessEvent>, stop$: Observable<StopRequest>, timeout = 9) =>
  process$.pipe(
    leaving(stop$, timeout),
    map(({ type }) => Object.entries(letters).find(([known]) => known === type)?.[1] ?? type),
  );

describe('leave', () => {
  marbles('asks a process, and kills it after the timeout', ({ cold, hot, expectObservable, expectSubscriptions }) => {
    const { events, orders$ } = acted();
    const source = cold('  f-------------x|', events);
    const stop = hot('     --g-------------', wishes);
    const stopSubs = '     ^----------!----';
    const orders = '       --d--------k----';
    const expected = '     f-t--------k--x|';
    const k = killed('still there 9 ms after it was asked to leave');

    expectObservable(orders$).toBe(orders);
    expectObservable(source.pipe(leaving(stop))).toBe(expected, { ...events, t: asked, k });
    expectSubscriptions(stop.subscriptions).toBe(stopSubs);
  });

  marbles('asks once: a second request does not give the process more time', ({ cold, hot, expectObservable }) => {
    const { events, orders$ } = acted();
    const source = cold('  f-------------x|', events);
    const stop = hot('     --g--h--g-------', wishes);
    const orders = '       --d--------k----';
    const expected = '     f-t--------k--x|';

    expectObservable(orders$).toBe(orders);
    expectObservable(told(source, stop)).toBe(expected);
  });

  marbles(
    'kills at once when forced, and ignores further requests',
    ({ cold, hot, expectObservable, expectSubscriptions }) => {
      const { events, orders$ } = acted();
      const source = cold('  f-------------x|', events);
      const stop = hot('     --g--f--g--f----', wishes);
      const stopSubs = '     ^----!----------';
      const orders = '       --d--k----------';
      const expected = '     f-t--k--------x|';

      expectObservable(orders$).toBe(orders);
      expectObservable(source.pipe(leaving(stop))).toBe(expected, { ...events, t: asked, k: killed('forced') });
      expectSubscriptions(stop.subscriptions).toBe(stopSubs);
    },
  );

  marbles(
    'does not ask a process that has to be killed at once',
    ({ cold, hot, expectObservable, expectSubscriptions }) => {
      const { events, orders$ } = acted();
      const source = cold('  f-------------x|', events);
      const stop = hot('     --f--g----------', wishes);
      const stopSubs = '     ^-!-------------';
      const orders = '       --k-------------';
      const expected = '     f-k-----------x|';

      expectObservable(orders$).toBe(orders);
      expectObservable(told(source, stop)).toBe(expected);
      expectSubscriptions(stop.subscriptions).toBe(stopSubs);
    },
  );

  marbles('asks right after the fork if the request came before', ({ cold, expectObservable }) => {
    const { events, orders$ } = acted();
    const source = cold('  --f------x|', events);
    const stop = cold('    (gf)-------', wishes);
    const orders = '       --(dk)-----';
    const expected = '     --(ftk)--x|';

    expectObservable(orders$).toBe(orders);
    expectObservable(told(source, stop)).toBe(expected);
  });

  marbles('never kills where the timeout is Infinity', ({ cold, hot, expectObservable }) => {
    const { events, orders$ } = acted();
    const source = cold('  f-------------x|', events);
    const stop = hot('     --g-------------', wishes);
    const orders = '       --d-------------';
    const expected = '     f-t-----------x|';

    expectObservable(orders$).toBe(orders);
    expectObservable(told(source, stop, Infinity)).toBe(expected);
  });

  marbles(
    'keeps the timeout when the requests have completed',
    ({ cold, hot, expectObservable, expectSubscriptions }) => {
      const { events, orders$ } = acted();
      const source = cold('  f-------------x|', events);
      const stop = hot('     --g--|----------', wishes);
      const stopSubs = '     ^----!----------';
      const orders = '       --d--------k----';
      const expected = '     f-t--------k--x|';

      expectObservable(orders$).toBe(orders);
      expectObservable(told(source, stop)).toBe(expected);
      expectSubscriptions(stop.subscriptions).toBe(stopSubs);
    },
  );

  marbles('passes on an error of the requests, and kills no process for it', ({ cold, hot, expectObservable }) => {
    const { events, orders$ } = acted();
    const source = cold('  f-------------x|', events);
    const stop = hot('     --g--#----------', wishes);
    const orders = '       --d-------------';
    const expected = '     f-t--#----------';

    expectObservable(orders$).toBe(orders);
    expectObservable(told(source, stop)).toBe(expected);
  });

  marbles('does nothing to a process that has exited', ({ cold, hot, expectObservable, expectSubscriptions }) => {
    const { events, orders$ } = acted();
    const source = cold('  f--------dx|------', events);
    const sourceSubs = '   ^----------!------';
    const stop = hot('     -----g-------f----', wishes);
    const stopSubs = '     ^----------!------';
    const orders = '       -----d------------';
    const expected = '     f----t---dx|------';

    expectObservable(orders$).toBe(orders);
    expectObservable(told(source, stop)).toBe(expected);
    expectSubscriptions(source.subscriptions).toBe(sourceSubs);
    expectSubscriptions(stop.subscriptions).toBe(stopSubs);
  });

  marbles('does nothing to a process that is unsubscribed', ({ cold, hot, expectObservable, expectSubscriptions }) => {
    const { events, orders$ } = acted();
    const source = cold('  f-------------x|', events);
    const subs = '         ^----!----------';
    const stop = hot('     --g----f--------', wishes);
    const unsub = '        -----!----------';
    const orders = '       --d-------------';
    const expected = '     f-t-------------';

    expectObservable(orders$).toBe(orders);
    expectObservable(told(source, stop), unsub).toBe(expected);
    expectSubscriptions(source.subscriptions).toBe(subs);
    expectSubscriptions(stop.subscriptions).toBe(subs);
  });
});

describe('a process that leaves on its own', () => {
  marbles('is killed after the timeout, unasked', ({ cold, hot, expectObservable }) => {
    const { events, orders$ } = acted();
    const source = cold('  f-g-------x|', events);
    const stop = hot('     ------------', wishes);
    const orders = '       -------k----';
    const expected = '     f-g----k--x|';
    const k = { ...killed('still there 5 ms after it began to leave'), unasked: true };

    expectObservable(orders$).toBe(orders);
    expectObservable(source.pipe(leaving(stop, 5))).toBe(expected, { ...events, k });
  });

  marbles('is killed after the timeout where all it says is that its channel closes', ({ cold, expectObservable }) => {
    const { events, orders$ } = acted();
    const source = cold('  f--d--------x|', events);
    const orders = '       --------k-----';
    const expected = '     f--d----k---x|';
    const k = { ...killed('still there 5 ms after it closed its channel'), unasked: true };

    const told$ = source.pipe(leaving(NEVER, 5));
    expectObservable(orders$).toBe(orders);
    expectObservable(told$).toBe(expected, { ...events, k });
  });

  marbles('gets no more time for saying so again', ({ cold, hot, expectObservable }) => {
    const { events, orders$ } = acted();
    const source = cold('  f-g--g----x|', events);
    const stop = hot('     ------------', wishes);
    const orders = '       -------k----';
    const expected = '     f-g--g-k--x|';

    expectObservable(orders$).toBe(orders);
    expectObservable(told(source, stop, 5)).toBe(expected);
  });

  marbles('gets no more time for being asked then, and is killed once', ({ cold, hot, expectObservable }) => {
    const { events, orders$ } = acted();
    const source = cold('  f-g----------x|', events);
    const stop = hot('     ----g----------', wishes);
    const orders = '       ----d--k-------';
    const expected = '     f-g-t--k-----x|';

    expectObservable(orders$).toBe(orders);
    expectObservable(told(source, stop, 5)).toBe(expected);
  });
});

const terminated = (why: string, remaining?: number): Leaving => ({
  type: 'kill',
  signal: 'SIGTERM',
  why,
  ...(remaining !== undefined && { remaining }),
});

describe('SIGTERM', () => {
  marbles('comes after half of the timeout to a process that has never listened', ({ cold, hot, expectObservable }) => {
    const { events, all$ } = acted();
    const source = cold('  f-------------x|', events);
    const stop = hot('     --g-------------', wishes);
    const orders = '       --d---q---k----';
    const expected = '     f-t---q---k---x|';
    const q = terminated('still there 4 ms after it was asked to leave', 4);
    const k = killed('still there 8 ms after it was asked to leave');

    expectObservable(all$).toBe(orders);
    expectObservable(source.pipe(leave(stop, patience(8), of(true)))).toBe(expected, { ...events, t: asked, q, k });
  });

  marbles('waits for the cut where the process has listened', ({ cold, hot, expectObservable }) => {
    const { events, all$ } = acted();
    const source = cold('  fl------------x|', events);
    const stop = hot('     --g-------------', wishes);
    const orders = '       --d------q-k---';
    const expected = '     flt------q-k--x|';
    const q = terminated('still there 7 ms after it was asked to leave', 2);
    const k = killed('still there 9 ms after it was asked to leave');

    expectObservable(all$).toBe(orders);
    expectObservable(source.pipe(leave(stop, patience(9, 5), of(false)))).toBe(expected, { ...events, t: asked, q, k });
  });

  marbles('waits as long where the process calls what it has given to onStop', ({ cold, hot, expectObservable }) => {
    const { events, all$ } = acted();
    const source = cold('  f--h----------x|', events);
    const stop = hot('     --g-------------', wishes);
    const orders = '       --d------q-k---';

    expectObservable(all$).toBe(orders);
    expectObservable(source.pipe(leave(stop, patience(9, 5), of(true)), filter(isKill))).toBe('---------q-k---|', {
      q: terminated('still there 7 ms after it was asked to leave', 2),
      k: killed('still there 9 ms after it was asked to leave'),
    });
  });

  marbles(
    'does not come where the process has drained: it runs its handlers itself',
    ({ cold, hot, expectObservable }) => {
      const { events, all$ } = acted();
      const source = cold('  f--rd---------x|', events);
      const stop = hot('     --g-------------', wishes);
      const orders = '       --d-------k----';

      expectObservable(all$).toBe(orders);
      expectObservable(source.pipe(leave(stop, patience(8, 2), of(true)), ignoreElements())).toBe('---------------|');
    },
  );

  marbles('is not sent if the process had begun to leave', ({ cold, hot, expectObservable }) => {
    const { events, all$ } = acted();
    const source = cold('  fg------------x|', events);
    const stop = hot('     --g-------------', wishes);
    const orders = '       --d------k-----';

    expectObservable(all$).toBe(orders);
    expectObservable(source.pipe(leave(stop, patience(8, 2), of(true)), ignoreElements())).toBe('---------------|');
  });

  marbles(
    'comes at once to a process that was never ready, and SIGKILL 5 s later',
    ({ cold, hot, expectObservable }) => {
      const { events, all$ } = acted();
      const source = cold('  f 6s x|', events);
      const stop = hot('     --g----', wishes);
      const orders = '       --(qd) 4996ms k';
      const expected = '     f-(tq) 4996ms k 997ms -x|';
      const q = terminated('it was never ready', 5_000);
      const k = killed('still there 5000 ms after it was asked to leave, never having been ready');

      expectObservable(all$).toBe(orders);
      expectObservable(source.pipe(leave(stop, patience(120_000), of(false)))).toBe(expected, {
        ...events,
        t: asked,
        q,
        k,
      });
    },
  );

  marbles('comes at once also where nothing is ever killed', ({ cold, hot, expectObservable }) => {
    const { events, all$ } = acted();
    const source = cold('  f----x|', events);
    const stop = hot('     --g----', wishes);

    expectObservable(all$).toBe('--(qd)');
    expectObservable(source.pipe(leave(stop, patience(Infinity), of(false)), ignoreElements())).toBe('------|');
  });
});
