import {
  catchError,
  concat,
  concatWith,
  filter,
  map,
  mergeMap,
  type MonoTypeOperatorFunction,
  NEVER,
  type Observable,
  of,
  retry,
  Subject,
  take,
  takeUntil,
  tap,
  throwError,
  timer,
} from 'rxjs';
import { describe } from 'vitest';
import type { ClusterOptions } from '../../src/config/clusterOptions.js';
import { ForkLimitError } from '../../src/vocabulary/errors.js';
import type { ClusterEvent } from '../../src/features/index.js';
import type { WorkerDraft, ClusterCommand } from '../../src/vocabulary/events.js';
import type { SlotRef } from '../../src/host/host.js';
import { is } from '../../src/api/is.js';
import { cluster$ } from '../../src/streams/cluster.js';
import { type WorkerBehaviour, type SimulatedHost, simulatedHost } from '../../src/testing/simulatedHost.js';
import { letterOf } from '../../src/drawing/alphabet.js';
import { asLetters, marbles, ref } from '../marbles.js';
import { clusterOptions } from '../clusterOptions.js';

/** `r`, `q`: restart, `s`: shutdown, `k`: the same by force. */
const wishes: Readonly<Record<string, ClusterCommand>> = {
  r: { type: 'restart', request: 'r', why: 'asked' },
  q: { type: 'restart', request: 'q', why: 'asked' },
  s: { type: 'shutdown', force: false, why: 'asked' },
  k: { type: 'shutdown', force: true, why: 'forced' },
};

type Behaviours = Readonly<Record<number, WorkerBehaviour>>;

interface Cluster extends Partial<ClusterOptions> {
  /** By the number of the fork; 0 is for all others. */
  readonly workers?: Behaviours;
  readonly wishes$?: Observable<ClusterCommand>;
}

const hostOf = (workers: Behaviours = {}): SimulatedHost =>
  simulatedHost({ behave: (_, fork) => workers[fork] ?? workers[0] ?? {} });
const cluster = ({ workers, wishes$ = NEVER, ...changes }: Cluster, host = hostOf(workers)): Observable<ClusterEvent> =>
  cluster$(host, clusterOptions(changes), wishes$);

/** What is told by these letters. */
const only = (shown: string) => (events$: Observable<ClusterEvent>) =>
  events$.pipe(
    asLetters(),
    filter((letter) => shown.includes(letter)),
  );

const sitsIn = (slot: number) => (event: ClusterEvent) =>
  'slot' in event ? event.slot === slot : 'worker' in event && event.worker?.slot === slot;

const crashing: Behaviours = { 0: { crashes: { after: 3 } } };

/** Takes its time: 11 ms until it is available, 8 ms to leave. */
const slow: WorkerBehaviour = { listening: 8, leaves: 8 };

/** Has enough of the first life of a tenure after 10 ms. */
const respawn: MonoTypeOperatorFunction<WorkerDraft> = (life$) => life$.pipe(takeUntil(timer(10)), concatWith(life$));

describe('a respawn operator that unsubscribes from a worker', () => {
  marbles('has it killed and followed to its exit, and a restart continues', ({ hot, expectObservable }) => {
    const wishes$ = hot('     --------------------r--------------', wishes);
    const expected = '        ----------kx--------P-----(xE)kx---';

    expectObservable(cluster({ worker: 1, respawn, wishes$ }).pipe(only('kxPE'))).toBe(expected);
  });
});

describe('a worker that always crashes', () => {
  marbles('makes as many forks as the budget allows, then the cluster gives up', ({ expectObservable }) => {
    const expected = 'f--(xH)f--(xH)----f--(xGXF#)';

    const told = cluster({ workers: crashing, worker: 1, maxForkCount: 3 }).pipe(only('fxHGXF'));
    const last = ref({ id: 3, slot: 1, generation: 3 });
    const reason = 'workers ended early 3 times and none is ready';
    const error = new ForkLimitError({ limit: 3, worker: last, why: 'exited with code 1', reason });
    expectObservable(told).toBe(expected, undefined, error);
  });

  marbles('with others like it makes one fork more for each of them', ({ expectObservable }) => {
    const expected = '(123)--(456)';

    const forks = cluster({ workers: crashing, worker: 3, maxForkCount: 4 }).pipe(
      filter(is('fork')),
      map(({ worker }) => String(worker.id)),
      catchError(() => NEVER),
    );
    expectObservable(forks).toBe(expected);
  });

  marbles('beside one that serves is respawned slowly, and the other is never lost', ({ expectObservable }) => {
    const workers = { ...crashing, 2: {} };
    const unsub = '   --------------------------------------------------------!';
    const expected = 'f--H---f--H-------f--D-----------------------------f--D--';
    const other = '   f-r--a--------------------------------------------s-----';

    const told = () => cluster({ workers, maxForkCount: 3 });
    expectObservable(told().pipe(filter(sitsIn(1)), only('fHDG')), unsub).toBe(expected);
    expectObservable(told().pipe(filter(sitsIn(2)), only('frastkx')), unsub).toBe(other);
  });

  marbles('when it was stable is replaced at once, and that costs nothing', ({ expectObservable }) => {
    const workers = { 1: { crashes: { after: 60 } } };
    const unsub = '   -------------------------------------------------------------!';
    const expected = 'f-r--a--------------------------------------------s---------(xHf)';

    const told = cluster({ workers, worker: 1, maxForkCount: 1 }).pipe(only('frasxHDG'));
    expectObservable(told, unsub).toBe(expected);
  });

  marbles('gets what all slots have spent together', ({ expectObservable }) => {
    const expected = '---(12)---(34|)';

    const spent = cluster({ workers: crashing }).pipe(
      filter(is('backoff')),
      map((event) => String(event.spent)),
      take(4),
    );
    expectObservable(spent).toBe(expected);
  });
});

describe('a worker that walks out', () => {
  marbles('is replaced, and killed if it stays', ({ expectObservable }) => {
    const workers = { 1: { walksOut: 6, leaves: Infinity } };
    const expected = 'f-----(gH)f----kx';

    expectObservable(cluster({ workers, worker: 1, disconnectTimeout: 9 }).pipe(only('fgHktx'))).toBe(expected);
  });
});

describe('a restart', () => {
  marbles('replaces one slot after the other as old workers make room', ({ hot, expectObservable }) => {
    const wishes$ = hot('------------r------------------------------------------------------------', wishes);
    const expected = '   ------------(BP)-------Q-------(xP)-------Q-------(xP)-------Q-------(xE)';

    expectObservable(cluster({ workers: { 0: slow }, worker: 3, wishes$ }).pipe(only('BPQxE'))).toBe(expected);
  });

  marbles('that is requested during another is one more, shared by all requests', ({ hot, expectObservable }) => {
    const wishes$ = hot('----------r---q-r-------------', wishes);
    const expected = '   ----------1-----------2-------';

    const begun = cluster({ wishes$ }).pipe(
      filter(is('restart-begin')),
      map(({ requests }) => requests.join()),
    );
    expectObservable(begun).toBe(expected, { 1: 'r', 2: 'q,r' });
  });

  marbles('whose canary crashes is aborted, and all workers stay', ({ hot, expectObservable }) => {
    const workers = { 3: { listening: 6, crashes: { after: 7 } } };
    const wishes$ = hot('----------r------------', wishes);
    const expected = '   (ff)------(BPf)--(xAZM)';

    expectObservable(cluster({ workers, wishes$ }).pipe(only('fBPQgtkxHAZME'))).toBe(expected);
  });

  marbles(
    'that is aborted drops the other replacements, and keeps the current workers',
    ({ hot, expectObservable }) => {
      const workers = { 0: slow, 5: { listening: 20, crashes: { after: 12 } } };
      const wishes$ = hot('----------r-------------------------------', wishes);
      const expected = '   ----------(BP)-------(QPt)---(xP)(xAZMAt)x';
      const results = '    ---------------------------------r--------';

      const told = () => cluster({ workers, worker: 3, maxSurge: 2, wishes$ });
      expectObservable(told().pipe(only('BPQAtxZM'))).toBe(expected);
      const outcomes = told().pipe(
        filter(is('restart-abort')),
        map(({ result: { outcome, replaced, kept } }) => ({ outcome, replaced, kept })),
      );
      expectObservable(outcomes).toBe(results, { r: { outcome: 'aborted', replaced: [1], kept: [2, 3] } });
    },
  );

  marbles('ends as cancelled by a shutdown', ({ hot, expectObservable }) => {
    const workers = { 0: { leaves: 8 } };
    const wishes$ = hot('----------r---s-----------', wishes);
    const expected = '   ----------(BP)(XE)----(F|)';
    const results = '    --------------c-------|';

    const told = () => cluster({ workers, wishes$ });
    expectObservable(told().pipe(only('BPQAXEF'))).toBe(expected);
    const outcomes = told().pipe(
      filter(is('restart-end')),
      map(({ result }) => result.outcome),
    );
    expectObservable(outcomes).toBe(results, { c: 'cancelled' });
  });

  marbles(
    'without surge retires first, and there are never more processes than workers',
    ({ hot, expectObservable }) => {
      const wishes$ = hot('----------r-----------------------------------------', wishes);
      const expected = '   (ff)------(Pt)----f----------(QPt)---f----------(QE)';
      const processes = '  (12)--------------2------------------2--------------';

      const host = hostOf({ 0: slow });
      const processes$ = new Subject<string>();
      const told = cluster({ maxSurge: 0, wishes$ }, host).pipe(
        tap(({ type }) => type === 'fork' && processes$.next(String(host.running()))),
      );
      expectObservable(processes$).toBe(processes);
      expectObservable(told.pipe(only('PtfQE'))).toBe(expected);
    },
  );

  marbles(
    'replaces at once a worker that waits for its respawn: a deploy ends a crash loop',
    ({ hot, expectObservable }) => {
      const workers = { 1: { crashes: { after: 3 } } };
      const backoff = { initial: 30, factor: 1, max: 30, jitter: 0 };
      const wishes$ = hot('----------r-----------------------------', wishes);
      const expected = '   f--H------(Pf)-(QE)---------------------';

      expectObservable(cluster({ workers, worker: 1, wishes$, backoff }).pipe(only('fHPQE'))).toBe(expected);
    },
  );

  marbles('fills a vacant slot', ({ hot, expectObservable }) => {
    const workers = { 1: { crashes: { after: 4 } } };
    const wishes$ = hot('----------r--------------', wishes);
    const expected = '   (ff)(xV)--(Pf)-(Pf)--(xE)';

    expectObservable(cluster({ workers, respawn: 'temporary', wishes$ }).pipe(only('fxVPE'))).toBe(expected);
  });

  marbles('that is asked for from inside another comes after it', ({ expectObservable }) => {
    const workers = { 0: { leaves: 3 } };
    const expected = '--(SRBPR)-(EBP)---E';

    const wishes$ = new Subject<ClusterCommand>();
    const again = tap(({ type, seq }: ClusterEvent) => {
      if (type === 'started' || (type === 'restart-begin' && seq < 12)) {
        wishes$.next({ type: 'restart', request: type, why: 'again' });
      }
    });
    expectObservable(cluster({ workers, worker: 1, wishes$ }).pipe(again, only('SRBPE'))).toBe(expected);
  });
});

/** Of whom it is told: the letter of the event, the slot, the generation. */
const whose = (shown: string) => (events$: Observable<ClusterEvent>) =>
  events$.pipe(
    mergeMap((event) =>
      'worker' in event && event.worker !== undefined ? [[letterOf(event), event.worker] as const] : [],
    ),
    filter(([letter]) => shown.includes(letter)),
    map(([letter, { slot, generation }]) => `${letter}${slot}.${generation}`),
  );

const to = (size: number): ClusterCommand => ({ type: 'scale', to: size, why: 'asked' });

describe('a scaling', () => {
  const sizes: Readonly<Record<string, ClusterCommand>> = { ...wishes, a: to(1), b: to(2), d: to(4) };

  marbles('up forks a worker for each new slot, and no other', ({ hot, expectObservable }) => {
    const wishes$ = hot('-----d----', sizes);
    const expected = '   (ab)-(cd)-';

    const names = { a: 'f1.1', b: 'f2.1', c: 'f3.1', d: 'f4.1' };
    expectObservable(cluster({ wishes$ }).pipe(whose('f'))).toBe(expected, names);
  });

  marbles('down retires the youngest, which have their time to leave', ({ hot, expectObservable }) => {
    const workers = { 3: { leaves: 7 }, 4: { leaves: 10 } };
    const wishes$ = hot('----------b----------', sizes);
    const expected = '   ----------(rs)---x--y--';

    const names = { r: 't3.1', s: 't4.1', x: 'x3.1', y: 'x4.1' };
    const told = cluster({ workers, worker: 4, wishes$ }).pipe(whose('tx'));
    expectObservable(told).toBe(expected, names);
  });

  marbles(
    'down and up again does not wait for a worker that is still leaving, and continues to count the generations',
    ({ hot, expectObservable }) => {
      const workers = { 2: { leaves: 10 } };
      const wishes$ = hot('------a---b---------', sizes);
      const expected = '   (ab)--t---c-----x---';

      const told = cluster({ workers, wishes$ }).pipe(whose('ftx'));
      expectObservable(told).toBe(expected, { a: 'f1.1', b: 'f2.1', t: 't2.1', c: 'f2.2', x: 'x2.1' });
    },
  );

  marbles('in a backoff ends the waiting', ({ hot, expectObservable }) => {
    const workers = { 2: { crashes: { after: 4 } } };
    const backoff = { initial: 9, factor: 1, max: 9, jitter: 0 };
    const wishes$ = hot('------a---------------', sizes);
    const expected = '   (ff)H-C---------------';

    expectObservable(cluster({ workers, wishes$, backoff }).pipe(only('fHC'))).toBe(expected);
  });

  marbles('in a roll skips what is closed, and leaves out what is opened', ({ hot, expectObservable }) => {
    const workers = { 0: { leaves: 2 } };
    const wishes$ = hot('-----r-------ad--------', sizes);
    const expected = '   -----1------2--e-------';

    const told = cluster({ workers, worker: 3, maxSurge: 1, wishes$ }).pipe(
      mergeMap((event) => {
        if (event.type === 'replace-begin') return [String(event.slot)];
        return event.type === 'restart-end' ? ['e'] : [];
      }),
    );
    expectObservable(told).toBe(expected);
  });

  marbles('in a shutdown changes nothing', ({ hot, expectObservable }) => {
    const workers = { 0: { leaves: 9 } };
    const wishes$ = hot('-----s---d--------', sizes);
    const expected = '   (ff)-(Xtt)----(xxF|)';

    expectObservable(cluster({ workers, wishes$ }).pipe(only('ftxCXF'))).toBe(expected);
  });

  marbles('that the observable knows at once is the size of the start', ({ expectObservable }) => {
    const expected = '(Cf)';

    expectObservable(cluster({ worker: 4, sizes$: concat(of(1), NEVER) }).pipe(only('Cf'))).toBe(expected);
  });

  marbles('inside the very first fork reaches the slots that are yet to be opened', ({ expectObservable }) => {
    const expected = '(fC)';

    const wishes$ = new Subject<ClusterCommand>();
    const once = tap((event: ClusterEvent) => {
      if (event.type === 'fork' && event.seq === 1) wishes$.next(to(1));
    });
    expectObservable(cluster({ worker: 4, wishes$ }).pipe(once, only('fC'))).toBe(expected);
  });

  marbles('up during the start is waited for', ({ hot, expectObservable }) => {
    const wishes$ = hot('-d--------', sizes);
    const expected = '   ---S------';

    expectObservable(cluster({ wishes$ }).pipe(only('S'))).toBe(expected);
  });

  marbles('fills slots that are vacant, if it is one', ({ hot, expectObservable }) => {
    const workers = { 1: { crashes: { after: 3 } } };
    const wishes$ = hot('------b---------d---', sizes);
    const expected = '   (ab)------------(dec)';

    const names = { a: 'f1.1', b: 'f2.1', c: 'f1.2', d: 'f3.1', e: 'f4.1' };
    expectObservable(cluster({ workers, wishes$, respawn: 'temporary' }).pipe(whose('f'))).toBe(expected, names);
  });
});

describe('a shutdown', () => {
  marbles('asks every worker, and ends when the last one has exited', ({ hot, expectObservable }) => {
    const workers = { 1: { leaves: 6 }, 2: { leaves: 9 } };
    const wishes$ = hot('----------s------------', wishes);
    const expected = '   ----------(Xtt)-x--(xF|)';

    expectObservable(cluster({ workers, wishes$ }).pipe(only('XtkxF'))).toBe(expected);
  });

  marbles('kills a worker that has not exited in time', ({ hot, expectObservable }) => {
    const workers = { 1: { leaves: Infinity } };
    const wishes$ = hot('----------s-----------', wishes);
    const expected = '   ----------(Xt)--k-k(xF|)';

    const told = cluster({ workers, worker: 1, wishes$, disconnectTimeout: 9 }).pipe(only('XtkxF'));
    expectObservable(told).toBe(expected);
  });

  marbles('by force kills the workers that are still there', ({ hot, expectObservable }) => {
    const workers = { 1: { leaves: Infinity } };
    const wishes$ = hot('----------s----k----', wishes);
    const expected = '   ----------t----k(F|)';

    expectObservable(cluster({ workers, worker: 1, wishes$ }).pipe(only('tkF'))).toBe(expected);
  });

  marbles('respawns nobody', ({ hot, expectObservable }) => {
    const backoff = { initial: 9, factor: 1, max: 9, jitter: 0 };
    const wishes$ = hot('--------s------', wishes);
    const expected = '   f--(xH)-(XF|)  ';

    const told = cluster({ workers: crashing, worker: 1, wishes$, backoff }).pipe(only('fxHXF'));
    expectObservable(told).toBe(expected);
  });

  marbles('before the first fork leaves nothing to do', ({ cold, expectObservable }) => {
    const { s } = wishes;
    const expected = '(XF|)';

    expectObservable(cluster({ wishes$: s === undefined ? cold('') : of(s) }).pipe(asLetters())).toBe(expected);
  });

  marbles('ends a restart that is asked for then, before it has begun', ({ hot, expectObservable }) => {
    const workers = { 1: { leaves: 9 } };
    const wishes$ = hot('----------s-r---------', wishes);
    const expected = '   ----------X-(RE)---(F|)';

    expectObservable(cluster({ workers, worker: 1, wishes$ }).pipe(only('XRBPEF'))).toBe(expected);
  });

  marbles('answers a restart that is requested as the last worker exits', ({ expectObservable }) => {
    const expected = '--X(xREF|)';

    const wishes$ = new Subject<ClusterCommand>();
    const wish = (type: 'started' | 'exit', letter: string) =>
      tap((event: ClusterEvent) => {
        const draft = wishes[letter];
        if (event.type === type && draft !== undefined) wishes$.next(draft);
      });
    const told = cluster({ worker: 1, wishes$ }).pipe(wish('started', 's'), wish('exit', 'r'));
    expectObservable(told.pipe(only('XxRBEF'))).toBe(expected);
  });

  marbles('comes by itself when every slot is vacant, and is no error', ({ expectObservable }) => {
    const workers = { 0: { crashes: { after: 4 } } };
    const expected = '(ff)(xVxVXF|)';

    expectObservable(cluster({ workers, respawn: 'temporary' }).pipe(only('fxVXF'))).toBe(expected);
  });

  marbles(
    'is an error where the respawn operator of a slot gave up, and no slot wants a worker',
    ({ expectObservable }) => {
      const workers = { 0: { crashes: { after: 7 } } };
      const expected = '(ff)---(xfxf)-(xVxVXFn|)';

      const told = cluster({ workers, respawn: retry({ count: 1 }) }).pipe(only('fxVXF'));
      expectObservable(told.pipe(catchError((error: Error) => of(error.name === 'WorkerExitError' ? 'n' : '?')))).toBe(
        expected,
      );
    },
  );

  marbles(
    'waits for the slots that serve where the respawn operator of another gave up',
    ({ hot, expectObservable }) => {
      const workers = { 1: { crashes: { after: 4 } } };
      const wishes$ = hot(' ----------s', wishes);
      const expected = '   (ff)(xV)--X(xF|)';

      const told = cluster({ workers, wishes$, respawn: retry({ count: 0 }) });
      expectObservable(told.pipe(only('fxVXF'))).toBe(expected);
    },
  );

  marbles('is that error at once where a life errors with anything but a crash', ({ expectObservable }) => {
    const bug = new TypeError('a bug');
    const host = hostOf();
    const broken = {
      ...host,
      fork: (slotRef: SlotRef) => (slotRef.slot === 2 ? throwError(() => bug) : host.fork(slotRef)),
    };

    expectObservable(cluster$(broken, clusterOptions({}), NEVER).pipe(only('fxVXF'))).toBe('(f#)', undefined, bug);
    expectObservable(timer(1).pipe(map(host.running))).toBe('-(n|)', { n: 0 });
  });
});

describe('a cluster', () => {
  marbles('boots no more workers at a time than it may', ({ expectObservable }) => {
    const workers = { 0: { listening: 5 } };
    const expected = 'f----(rf)-(rf)-r';

    const told = cluster({ workers, worker: 3, maxBooting: 1, ready: 'listening' });
    expectObservable(told.pipe(only('fr'))).toBe(expected);
  });

  marbles('has started when every slot has a ready worker, and says so once', ({ expectObservable }) => {
    const workers = { 1: { listening: 7, crashes: { after: 12 } } };
    const expected = '--r----(rS)---------r';

    const backoff = { initial: 6, factor: 1, max: 6, jitter: 0 };
    expectObservable(cluster({ workers, ready: 'listening', backoff }).pipe(only('rS'))).toBe(expected);
  });

  marbles('leaves no process and no handler behind when it is unsubscribed', ({ expectObservable }) => {
    const unsub = '   --------!------';
    const expected = '(ff)           ';
    const left = '    ----6-------(0|)';

    const host = hostOf();
    const left$ = timer(4, 8).pipe(
      map(() => String(host.running() + host.handlers())),
      take(2),
    );
    expectObservable(cluster({}, host).pipe(only('ftkxF')), unsub).toBe(expected);
    expectObservable(left$).toBe(left);
  });

  marbles(
    'forks no worker while it is unsubscribed in the middle of a restart without surge',
    ({ hot, expectObservable }) => {
      const wishes$ = hot('----------r----', wishes);
      const unsub = '      ------------!--';
      const forks = '      (12)-----------';

      const host = hostOf({ 0: slow });
      const forks$ = new Subject<string>();
      const counting = {
        ...host,
        fork: (slotRef: SlotRef) =>
          host.fork(slotRef).pipe(tap(({ type }) => type === 'fork' && forks$.next(String(host.running())))),
      };
      expectObservable(forks$).toBe(forks);
      expectObservable(cluster({ maxSurge: 0, wishes$ }, counting).pipe(only('E')), unsub).toBe('');
    },
  );

  marbles('numbers its events from 1 without a gap', ({ hot, expectObservable }) => {
    const wishes$ = hot('----------r---s', wishes);
    const expected = '   ---------------|';

    let last = 0;
    const gaps = cluster({ wishes$ }).pipe(
      filter(({ seq }) => {
        last += 1;
        return seq !== last;
      }),
    );
    expectObservable(gaps).toBe(expected);
  });
});
