import { type Observable, of } from 'rxjs';
import { describe } from 'vitest';
import { WorkerExitError } from '../../src/vocabulary/errors.js';
import type { ProcessEvent } from '../../src/host/host.js';
import type { StopRequest } from '../../src/operators/lifecycle/leave.js';
import { worker$ } from '../../src/streams/worker.js';
import { asLetters, marbles, now, puppet, ref } from '../marbles.js';

const slotRef = { cluster: 'test', slot: 1, generation: 1 };
const stops: Readonly<Record<'s' | 'f', StopRequest>> = {
  s: { force: false, why: 'asked' },
  f: { force: true, why: 'forced' },
};

/** A process that does what the marbles say, and the orders that it gets. */
const acted = () => {
  const { process, orders$ } = puppet();
  const events: Readonly<Record<string, ProcessEvent>> = {
    f: { type: 'fork', process },
    o: { type: 'online' },
    l: { type: 'listening', address: { address: null, port: 80, addressType: 4 } },
    g: { type: 'leaving', why: 'disconnected' },
    d: { type: 'disconnect' },
    x: { type: 'exit', code: 0, signal: null, spawn: false },
    n: { type: 'exit', code: null, signal: null, spawn: true },
  };
  return { events, orders$ };
};

const work = (fork$: Observable<ProcessEvent>, stop$: Observable<StopRequest>) =>
  worker$({ fork: () => fork$, now }, slotRef, 'start', stop$, { disconnectTimeout: 9, cut: 9 }, of(true));
const worked = (fork$: Observable<ProcessEvent>, stop$: Observable<StopRequest>) =>
  work(fork$, stop$).pipe(asLetters());

const crash = (uptime: number, reason: 'crash' | 'left' = 'crash') =>
  new WorkerExitError(ref(), { code: 0, signal: null, requested: false, reason, uptime });

describe('a worker', () => {
  marbles(
    'that is asked to leave ends with its exit and completes',
    ({ cold, hot, expectObservable, expectSubscriptions }) => {
      const { events, orders$ } = acted();
      const process = cold('  fo-l----------dx|', events);
      const processSubs = '   ^---------------!';
      const stop = hot('      -----------s-----', stops);
      const stopSubs = '      ^---------------!';
      const orders = '        -----------d-----';
      const expected = '      fo-l-------t--dx|';

      expectObservable(orders$).toBe(orders);
      expectObservable(worked(process, stop)).toBe(expected);
      expectSubscriptions(process.subscriptions).toBe(processSubs);
      expectSubscriptions(stop.subscriptions).toBe(stopSubs);
    },
  );

  marbles(
    'that leaves on its own ends with its exit and errors',
    ({ cold, hot, expectObservable, expectSubscriptions }) => {
      const { events, orders$ } = acted();
      const process = cold('  fo-l----dx|', events);
      const processSubs = '   ^---------!';
      const stop = hot('      -----------', stops);
      const stopSubs = '      ^---------!';
      const expected = '      fo-l----dx#';

      expectObservable(orders$).toBe('');
      expectObservable(worked(process, stop)).toBe(expected, undefined, crash(9));
      expectSubscriptions(process.subscriptions).toBe(processSubs);
      expectSubscriptions(stop.subscriptions).toBe(stopSubs);
    },
  );

  marbles(
    'that does not leave in time is killed, and completes: it had been asked',
    ({ cold, hot, expectObservable }) => {
      const { events, orders$ } = acted();
      const process = cold('  fol----------x|', events);
      const stop = hot('      ---s-----------', stops);
      const orders = '        ---d--------k--';
      const expected = '      folt--------kx|';

      expectObservable(orders$).toBe(orders);
      expectObservable(worked(process, stop)).toBe(expected);
    },
  );

  marbles('that leaves in time is not killed', ({ cold, hot, expectObservable }) => {
    const { events, orders$ } = acted();
    const process = cold('  fol--------x|-', events);
    const stop = hot('      ---s----------', stops);
    const orders = '        ---d----------';
    const expected = '      folt-------x|-';

    expectObservable(orders$).toBe(orders);
    expectObservable(worked(process, stop)).toBe(expected);
  });

  marbles(
    'that has to leave at once is killed, and completes',
    ({ cold, hot, expectObservable, expectSubscriptions }) => {
      const { events, orders$ } = acted();
      const process = cold('  fo----x|', events);
      const stop = hot('      ---f-s--', stops);
      const stopSubs = '      ^--!----';
      const orders = '        ---k----';
      const expected = '      fo-k--x|';

      expectObservable(orders$).toBe(orders);
      expectObservable(worked(process, stop)).toBe(expected);
      expectSubscriptions(stop.subscriptions).toBe(stopSubs);
    },
  );

  marbles(
    'that begins to leave on its own has the timeout from there, and errors',
    ({ cold, hot, expectObservable }) => {
      const { events, orders$ } = acted();
      const process = cold('  fo-g---------x|', events);
      const stop = hot('      ---------------', stops);
      const orders = '        ------------k--';
      const expected = '      fo-g--------kx#';

      expectObservable(orders$).toBe(orders);
      expectObservable(worked(process, stop)).toBe(expected, undefined, crash(13, 'left'));
    },
  );

  marbles('that begins to leave on its own and is asked then completes', ({ cold, hot, expectObservable }) => {
    const { events, orders$ } = acted();
    const process = cold('  fo-g----x|', events);
    const stop = hot('      -----s----', stops);
    const orders = '        -----d----';
    const expected = '      fo-g-t--x|';

    expectObservable(orders$).toBe(orders);
    expectObservable(worked(process, stop)).toBe(expected);
  });

  marbles('that never started errors after its exit', ({ cold, hot, expectObservable, expectSubscriptions }) => {
    const { events, orders$ } = acted();
    const process = cold('  f-n|', events);
    const stop = hot('      ----', stops);
    const stopSubs = '      ^--!';
    const expected = '      f-x#';
    const exit = { code: null, signal: null, requested: false, reason: 'spawn', uptime: 2 } as const;

    expectObservable(orders$).toBe('');
    expectObservable(worked(process, stop)).toBe(expected, undefined, new WorkerExitError(ref(), exit));
    expectSubscriptions(stop.subscriptions).toBe(stopSubs);
  });

  marbles('is asked as soon as it is forked if the request came before', ({ cold, expectObservable }) => {
    const { events, orders$ } = acted();
    const process = cold('  f---x|', events);
    const orders = '        d-----';
    const expected = '      (ft)x|';

    expectObservable(orders$).toBe(orders);
    expectObservable(worked(process, of(stops.s))).toBe(expected);
  });

  marbles('receives a fork that comes in the tick of the subscription', ({ hot, expectObservable }) => {
    const { events, orders$ } = acted();
    const process = of(...['f', 'o', 'x'].flatMap((letter) => events[letter] ?? []));
    const stop = hot('      --', stops);
    const expected = '      (fox#)';

    expectObservable(orders$).toBe('');
    expectObservable(worked(process, stop)).toBe(expected, undefined, crash(0));
  });

  marbles(
    'is unsubscribed when the result is: the host kills it then, and no event is emitted',
    ({ cold, hot, expectObservable, expectSubscriptions }) => {
      const { events, orders$ } = acted();
      const process = cold('  fo-------x|', events);
      const processSubs = '   ^----!-----';
      const stop = hot('      ---s-------', stops);
      const stopSubs = '      ^----!-----';
      const unsub = '         -----!-----';
      const orders = '        ---d-------';
      const expected = '      fo-t-------';

      expectObservable(orders$).toBe(orders);
      expectObservable(worked(process, stop), unsub).toBe(expected);
      expectSubscriptions(process.subscriptions).toBe(processSubs);
      expectSubscriptions(stop.subscriptions).toBe(stopSubs);
    },
  );

  marbles(
    'is forked by each subscription, and by nothing else',
    ({ cold, hot, expectObservable, expectSubscriptions }) => {
      const { events } = acted();
      const process = cold('  f--x|', events);
      const processSubs = ['  ^---!---', '   ---^---!'];
      const late = '          ---^----';

      const two$ = worked(process, hot('', stops));
      expectObservable(two$).toBe('f--x#', undefined, crash(3));
      expectObservable(two$, late).toBe('---f--x#', undefined, crash(3));
      expectSubscriptions(process.subscriptions).toBe(processSubs);
    },
  );

  marbles('is killed once, whatever requests it', ({ cold, hot, expectObservable }) => {
    const { events, orders$ } = acted();
    const process = cold('  fo-g-----------x|', events);
    const stop = hot('      -------------f---', stops);
    const orders = '        ------------k----';
    const expected = '      fo-g--------k--x#';

    expectObservable(orders$).toBe(orders);
    expectObservable(worked(process, stop)).toBe(expected, undefined, crash(15, 'left'));
  });
});
