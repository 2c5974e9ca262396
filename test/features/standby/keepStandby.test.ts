import { filter, map, type Observable, takeUntil, timer } from 'rxjs';
import { describe, expect } from 'vitest';
import type { ClusterEvent } from '../../../src/features/index.js';
import { rehearse, simulatedHost, type WorkerBehaviour } from '../../../src/testing.js';
import { letterOf } from '../../../src/drawing/alphabet.js';
import type { ClusterCommand } from '../../../src/vocabulary/events.js';
import { marbles } from '../../marbles.js';

/** How the processes behave, by the number of their fork. */
const hostOf = (behaviours: Readonly<Record<number, WorkerBehaviour>> = {}) =>
  simulatedHost({ behave: (_, fork) => behaviours[fork] ?? {} });

const config = { worker: 2, standby: 1, minReadyTime: 3, minUptime: 5, disconnectTimeout: 100, readyTimeout: 60 };

const shown = new Set<string>([
  'fork',
  'standby-begin',
  'takeover',
  'standby-end',
  'restart-end',
  'restart-abort',
  'overdue',
  'end',
]);

/** The letters of what concerns the processes, without the forks at the start. */
const letters = (events$: Observable<ClusterEvent>): Observable<string> =>
  events$.pipe(
    filter((event) => shown.has(event.type) && !(event.type === 'fork' && event.why === 'start')),
    map(letterOf),
  );

/** The same, as the ids of the workers. */
const ids = (events$: Observable<ClusterEvent>, ...types: readonly ClusterEvent['type'][]): Observable<string> =>
  events$.pipe(
    filter((event) => types.includes(event.type)),
    map((event) => ('worker' in event ? String(event.worker?.id) : '')),
  );

const restart: ClusterCommand = { type: 'restart', request: 'r1', why: 'asked' };
const shutdown: ClusterCommand = { type: 'shutdown', force: false, why: 'asked' };
const scale: ClusterCommand = { type: 'scale', to: 3, why: 'asked' };

describe('keepStandby', () => {
  marbles(
    'boots when every slot has a ready worker, and takes the slot of one that crashes',
    ({ expectObservable }) => {
      const host = hostOf({ 1: { crashes: { after: 10 } }, 2: { listening: 4 }, 4: { listening: 5 } });
      const unsub = '   ------------------!';
      const expected = ' ------j---(fO)--j-';

      // The one that has taken over listens at 11. Then the next one boots, for 5 ms.
      expectObservable(letters(rehearse(host, config)), unsub).toBe(expected);
    },
  );

  marbles('without the option no further process is forked', ({ expectObservable }) => {
    const host = hostOf({ 1: { crashes: { after: 10 } } });
    const unsub = '   ----------------!';
    const expected = ' ----------f-----';

    expectObservable(letters(rehearse(host, { ...config, standby: 0 })), unsub).toBe(expected);
  });

  marbles('where nobody listens there is nothing to wait for', ({ expectObservable }) => {
    const host = simulatedHost({ behave: () => ({ listening: false }) });

    expectObservable(letters(rehearse(host, config)), '200ms !').toBe('');
  });

  marbles('with temporary nobody is respawned, and nobody waits', ({ expectObservable }) => {
    const host = hostOf({ 1: { crashes: { after: 10 } } });

    expectObservable(letters(rehearse(host, { ...config, respawn: 'temporary' })), '50ms !').toBe('');
  });

  marbles('a crash waits for its backoff, also where a process waits for it', ({ expectObservable }) => {
    const host = hostOf({ 1: { crashes: { after: 5 } } });
    const early = { ...config, minUptime: 50, backoff: { initial: 6, jitter: 0 } };
    const unsub = '   ------------!';
    const expected = ' ----j------(fO)';

    expectObservable(letters(rehearse(host, early)), unsub).toBe(expected);
  });

  marbles('two of them take over one after the other', ({ expectObservable }) => {
    const host = hostOf({ 1: { crashes: { after: 10 } }, 2: { crashes: { after: 10 } } });
    const unsub = '   -----------!';
    const expected = ' ----(jj)--(fOfO)';

    expectObservable(letters(rehearse(host, { ...config, standby: 2 })), unsub).toBe(expected);
  });

  marbles('where two crash and one waits, the other slot gets a new process', ({ expectObservable }) => {
    const host = hostOf({ 1: { crashes: { after: 10 } }, 2: { crashes: { after: 10 } } });
    const unsub = '   -----------!';
    const expected = ' ----j-----(fOf)';

    expectObservable(letters(rehearse(host, config)), unsub).toBe(expected);
  });

  marbles('a scaling gets a new process', ({ hot, expectObservable }) => {
    const commands = hot('----------s--------', { s: scale });
    const unsub = '              ------------------!';
    const expected = '            ----j-----f-------';

    expectObservable(letters(rehearse(hostOf(), config, commands)), unsub).toBe(expected);
  });

  marbles('counts as ready, and for its readyTimeout, from the takeover', ({ expectObservable }) => {
    const host = hostOf({ 1: { saysReady: 2, crashes: { after: 10 } }, 2: { saysReady: 2 } });
    const events = rehearse(host, { ...config, ready: 'message', readyTimeout: 20 });
    const unsub = '   --------------------------------!';
    const expected = ' ----j-----(fO)----------------v--';

    expectObservable(letters(events), unsub).toBe(expected);
  });
});

describe('keepStandby in a restart', () => {
  const surge = { ...config, maxSurge: 1 };

  marbles(
    'is replaced when the first worker has been, and takes over with the new code',
    ({ hot, expectObservable }) => {
      const host = hostOf({ 4: { crashes: { after: 17 } } });
      const commands = hot('----------r', { r: restart });
      const unsub = '              ----------------------------!';
      const expected = '            ----j-----f----Kf-j---E----(fO)';

      // Worker 4 is the first one of the restart. It crashes when that is done, and worker 6 takes its slot.
      expectObservable(letters(rehearse(host, surge, commands)), unsub).toBe(expected);
    },
  );

  marbles('takes no slot before the restart has replaced a worker', ({ hot, expectObservable }) => {
    const host = hostOf({ 2: { crashes: { after: 12 } } });
    const commands = hot('----------r', { r: restart });

    // The slot of worker 2, which crashes at 12, gets worker 5.
    expectObservable(ids(rehearse(host, surge, commands), 'fork', 'takeover'), '14ms !').toBe('(12)------4-5', {
      1: '1',
      2: '2',
      4: '4',
      5: '5',
    });
  });

  marbles('a restart that is aborted leaves it there, and it takes over', ({ hot, expectObservable }) => {
    const host = hostOf({ 2: { crashes: { after: 20 } }, 4: { crashes: { after: 1 } } });
    const commands = hot('----------r', { r: restart });
    const unsub = '              ---------------------!';
    const expected = '            ----j-----fZ--------(fO)';

    expectObservable(letters(rehearse(host, surge, commands)), unsub).toBe(expected);
  });

  marbles('none boots until the restart has replaced a worker', ({ hot, expectObservable }) => {
    // The first one fails at 9, and the next one may boot at 1009, when a restart is under way.
    const host = hostOf({ 3: { crashes: { after: 7 } }, 4: { listening: 30 } });
    const commands = hot('1000ms r', { r: restart });

    expectObservable(ids(rehearse(host, surge, commands), 'standby-begin', 'replace-end'), '1045ms !').toBe(
      '4ms a 1028ms b-c---d',
      { a: '3', b: '4', c: '5', d: '6' },
    );
  });
});

/** What each process that failed lets the next one wait. */
const delays = (events$: Observable<ClusterEvent>): Observable<string> =>
  events$.pipe(
    filter((event) => event.type === 'standby-end'),
    map((event) => String(event.delay)),
  );

/** A host where all that boot for no slot behave so. */
const failing = (behaviour: WorkerBehaviour) =>
  simulatedHost({ behave: (slotRef) => (slotRef.slot === 0 ? behaviour : {}) });

describe('keepStandby, when a process fails', () => {
  marbles('the next one boots later each time, and a minute later at most', ({ expectObservable }) => {
    const host = failing({ crashes: { after: 1 } });
    const events = rehearse(host, config);

    expectObservable(delays(events), '160s !').toBe(
      '3ms a 1000ms b 2000ms c 4000ms d 8000ms e 16000ms f 32000ms g 54000ms g',
      {
        a: '1000',
        b: '2000',
        c: '4000',
        d: '8000',
        e: '16000',
        f: '32000',
        g: '54000',
      },
    );
  });

  marbles('that costs nothing of the budget', ({ expectObservable }) => {
    const host = failing({ crashes: { after: 1 } });
    const events = rehearse(host, { ...config, maxForkCount: 1 });

    expectObservable(events.pipe(filter(({ type }) => type === 'backoff' || type === 'give-up')), '200s !').toBe('');
  });

  marbles('one that cannot be started, and one that does not ask to listen, are failures', ({ expectObservable }) => {
    const missing = rehearse(failing({ spawns: false }), config);
    const silent = rehearse(failing({ listening: false }), config);

    expectObservable(delays(missing), '500ms !').toBe('   ---a', { a: '1000' });
    expectObservable(delays(silent), '500ms !').toBe('    62ms a', { a: '1000' });
  });

  marbles(
    'one that listens without asking is asked to leave, and none follows before a restart',
    ({ hot, expectObservable }) => {
      const host = failing({ reusePort: true });
      const commands = hot('1000s r', { r: restart });

      expectObservable(delays(rehearse(host, config, commands)), '2000s !').toBe('4ms a 1000002ms a', {
        a: 'undefined',
      });
    },
  );

  marbles('one that got SIGTERM leaves, and the next one boots at once', ({ expectObservable }) => {
    const host = hostOf({ 3: { terminated: 10 } });
    const unsub = '   ----------------!';
    const expected = ' ----j-------K--j-';

    expectObservable(letters(rehearse(host, config)), unsub).toBe(expected);
  });

  marbles('with maxBooting no worker waits for one that boots', ({ expectObservable }) => {
    const host = hostOf({ 1: { crashes: { after: 10 } }, 3: { listening: 50 } });
    const unsub = '   ------------!';
    const expected = ' ----------f-';

    expectObservable(letters(rehearse(host, { ...config, maxBooting: 1 })), unsub).toBe(expected);
  });
});

describe('keepStandby, at the end', () => {
  marbles('a shutdown waits for a process that waits', ({ hot, expectObservable }) => {
    const host = hostOf({ 3: { leaves: 5 } });
    const commands = hot('----------s', { s: shutdown });
    const expected = '            ----j-----K----(F|)';

    expectObservable(letters(rehearse(host, config, commands))).toBe(expected);
  });

  marbles('one that does not leave is killed after five seconds', ({ hot, expectObservable }) => {
    const host = hostOf({ 3: { leaves: Infinity } });
    const commands = hot('----------s', { s: shutdown });
    const expected = '            ----j-----K 5000ms (F|)';

    expectObservable(letters(rehearse(host, { ...config, disconnectTimeout: 60_000 }, commands))).toBe(expected);
  });

  marbles('unsubscribing kills it, waiting or in a slot', ({ flush }) => {
    const host = hostOf({ 1: { crashes: { after: 10 } } });
    for (const ms of [5, 12, 20])
      rehearse(host, config)
        .pipe(takeUntil(timer(ms)))
        .subscribe();
    flush();
    expect(host.running()).toBe(0);
  });
});
