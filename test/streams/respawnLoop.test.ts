import {
  BehaviorSubject,
  catchError,
  EMPTY,
  filter,
  map,
  mergeMap,
  type MonoTypeOperatorFunction,
  NEVER,
  type Observable,
  of,
  ReplaySubject,
  retry,
  Subject,
  tap,
} from 'rxjs';
import { describe } from 'vitest';
import type { ClusterOptions } from '../../src/config/clusterOptions.js';
import type { ProcessEvent } from '../../src/host/host.js';
import type { EventDraft, ForkReason, ProcessDraft, WorkerDraft } from '../../src/vocabulary/events.js';
import type { ClusterState } from '../../src/state/clusterState.js';
import { is } from '../../src/api/is.js';
import type { StopRequest } from '../../src/operators/lifecycle/leave.js';
import { respawnLoop$ } from '../../src/streams/respawnLoop.js';
import { letterOf } from '../../src/drawing/alphabet.js';
import { asLetters, counted, life, marbles, now, puppet, ref } from '../marbles.js';
import { clusterOptions, withDecisions } from '../clusterOptions.js';

/** What a process does; `m`: it says that it is ready, `p`: something else, `z` and `c`: it ends with the code 0 or 1. */
const acts: Readonly<Record<string, ProcessEvent>> = {
  f: { type: 'fork', process: puppet().process },
  m: { type: 'message', message: 'ready' },
  p: { type: 'message', message: 'hello' },
  g: { type: 'leaving', why: 'disconnected' },
  z: { type: 'exit', code: 0, signal: null, spawn: false },
  c: { type: 'exit', code: 1, signal: null, spawn: false },
};
const hasSaid = (event: ProcessDraft): boolean => event.type === 'message' && event.message === 'ready';
const stops: Readonly<Record<'s', StopRequest>> = { s: { force: false, why: 'asked' } };

interface Around extends Partial<ClusterOptions> {
  readonly why?: ForkReason;
  readonly lives: readonly Observable<ProcessEvent>[];
  readonly boots$?: Observable<() => void>;
  readonly stop$?: Observable<StopRequest>;
  readonly retired$?: Observable<StopRequest>;
  readonly contested$?: Observable<boolean>;
  readonly state?: ClusterState;
}

const replayed = <T>(source$: Observable<T>) => {
  const subject = new ReplaySubject<T>(1);
  source$.subscribe(subject);
  return subject;
};

/** One line over processes that are forked one after the other. */
const line = ({
  lives,
  boots$,
  stop$,
  retired$,
  contested$,
  state,
  why = 'start',
  ...changes
}: Around): Observable<EventDraft> => {
  let forks = 0;
  let generation = 0;
  const nextSlotRef = () => {
    generation += 1;
    return { cluster: 'test', slot: 1, generation };
  };
  const state$ = of(state ?? counted(1));
  const around = {
    host: { fork: () => lives[forks++] ?? NEVER, signal: () => NEVER, random: () => 0.5, now },
    options: clusterOptions({
      ready: 'message',
      minReadyTime: Infinity,
      readyTimeout: Infinity,
      minUptime: Infinity,
      backoff: { initial: 5, factor: 2, max: 30, jitter: 0 },
      ...changes,
    }),
    on: () => NEVER,
    state$,
    stop$: replayed(stop$ ?? NEVER),
    boots$: boots$ ?? of(() => undefined),
  };
  const tenancy = { contested$: contested$ ?? of(false), retired$: replayed(retired$ ?? NEVER) };
  return withDecisions(around.options, state$, (decisions$) =>
    respawnLoop$({ ...around, decisions$ }, 1, nextSlotRef, why, tenancy),
  );
};
const told = (around: Around) => line(around).pipe(asLetters());

describe('a line', () => {
  marbles(
    'replaces a worker that crashed, and ends when it has been retired',
    ({ cold, hot, expectObservable, expectSubscriptions }) => {
      const one = cold('    f-m--c|               ', acts);
      const oneSubs = '     ^-----!---------------';
      const two = cold('              f-m------z| ', acts);
      const twoSubs = '     ----------^---------! ';
      const retired = hot(' -----------------s----', stops);
      const expected = '    f-r--(xyH)f-r----t-x| ';

      expectObservable(told({ lives: [one, two], retired$: retired })).toBe(expected);
      expectSubscriptions(one.subscriptions).toBe(oneSubs);
      expectSubscriptions(two.subscriptions).toBe(twoSubs);
    },
  );

  marbles('ends when the cluster stops', ({ cold, hot, expectObservable }) => {
    const one = cold('    f-m------z| ', acts);
    const stop = hot('    ------s-----', stops);
    const expected = '    f-r---t--x| ';

    expectObservable(told({ lives: [one], stop$: stop })).toBe(expected);
  });

  marbles('counts its slotRefs, and says why each worker was forked', ({ cold, expectObservable }) => {
    const one = cold('    f--c|    ', acts);
    const two = cold('            f', acts);
    const expected = '    1-------2';

    const forks = line({ lives: [one, two] }).pipe(
      mergeMap((event) => (event.type === 'fork' ? [{ why: event.why, generation: event.worker.generation }] : [])),
    );
    expectObservable(forks).toBe(expected, {
      1: { why: 'start', generation: 1 },
      2: { why: 'respawn', generation: 2 },
    });
  });

  marbles('follows a worker until it is ready, available and stable', ({ cold, expectObservable }) => {
    const one = cold('    f-m-----------', acts);
    const expected = '    f-r----a----s-';

    expectObservable(told({ lives: [one], minReadyTime: 5, minUptime: 12 })).toBe(expected);
  });

  marbles('has a predicate see each message, and passes none on', ({ cold, expectObservable }) => {
    const one = cold('    fpm-p-(c|)    ', acts);
    const expected = '    f-r---(xyV|)  ';

    expectObservable(told({ lives: [one], ready: hasSaid, respawn: 'temporary' })).toBe(expected);
  });

  marbles('emits that a worker is overdue, and does nothing about it', ({ cold, expectObservable }) => {
    const one = cold('    f---------m---', acts);
    const expected = '    f------v--r---';

    expectObservable(told({ lives: [one], readyTimeout: 7 })).toBe(expected);
  });

  marbles('unsubscribed, unsubscribes from the worker', ({ cold, expectObservable, expectSubscriptions }) => {
    const one = cold('    f-m------', acts);
    const oneSubs = '     ^----!---';
    const unsub = '       -----!---';
    const expected = '    f-r------';

    expectObservable(told({ lives: [one] }), unsub).toBe(expected);
    expectSubscriptions(one.subscriptions).toBe(oneSubs);
  });
});

/** Comes with `t`; says when it is given back. */
const turn = () => {
  const through$ = new Subject<string>();
  return { through$, t: () => through$.next('t') };
};

describe('the turn to boot', () => {
  marbles(
    'is waited for, and given back when the worker is ready',
    ({ cold, expectObservable, expectSubscriptions }) => {
      const { through$, t } = turn();
      const boots = cold('  ---(t|)      ', { t });
      const one = cold('       f---m-----', acts);
      const oneSubs = '     ---^---------';
      const expected = '    ---f---r-----';
      const through = '     -------t-----';

      expectObservable(through$).toBe(through);
      expectObservable(told({ lives: [one], boots$: boots })).toBe(expected);
      expectSubscriptions(one.subscriptions).toBe(oneSubs);
    },
  );

  marbles('is given back by a worker that ends before', ({ cold, expectObservable }) => {
    const { through$, t } = turn();
    const boots = cold('  ---(t|)        ', { t });
    const one = cold('       f---(c|)    ', acts);
    const expected = '    ---f---(xyV|)  ';
    const through = '     -------t-------';

    expectObservable(through$).toBe(through);
    expectObservable(told({ lives: [one], boots$: boots, respawn: 'temporary' })).toBe(expected);
  });

  marbles('is given back by a worker that is overdue', ({ cold, expectObservable }) => {
    const { through$, t } = turn();
    const boots = cold('  ---(t|)        ', { t });
    const one = cold('       f-----------', acts);
    const expected = '    ---f------v----';
    const through = '     ----------t----';

    expectObservable(through$).toBe(through);
    expectObservable(told({ lives: [one], boots$: boots, readyTimeout: 7 })).toBe(expected);
  });

  marbles('is waited for again by the next worker', ({ cold, expectObservable, expectSubscriptions }) => {
    const boots = cold('  ---(t|)             ', { t: () => undefined });
    const bootSubs = ['                   ^--!----------------', '                   ------------^--!----'];
    const one = cold('       f---c|           ', acts);
    const two = cold('                  f-----', acts);
    const expected = '    ---f---(xyH)---f----';

    expectObservable(told({ lives: [one, two], boots$: boots })).toBe(expected);
    expectSubscriptions(boots.subscriptions).toBe(bootSubs);
  });

  marbles(
    'is not waited for any more by a loop that has been retired',
    ({ cold, hot, expectObservable, expectSubscriptions }) => {
      const boots = cold('  ------(t|)', { t: () => undefined });
      const bootSubs = '    ^--!------';
      const one = cold('          f---', acts);
      const retired = hot(' ---s------', stops);
      const expected = '    ---|      ';

      expectObservable(told({ lives: [one], boots$: boots, retired$: retired })).toBe(expected);
      expectSubscriptions(boots.subscriptions).toBe(bootSubs);
      expectSubscriptions(one.subscriptions).toBe([]);
    },
  );
});

describe('the policy', () => {
  marbles("'temporary' leaves the slot vacant", ({ cold, expectObservable }) => {
    const one = cold('    f--(c|)', acts);
    const expected = '    f--(xyV|)';

    expectObservable(told({ lives: [one], respawn: 'temporary' })).toBe(expected);
  });

  marbles("'transient' leaves the slot vacant after a normal exit", ({ cold, expectObservable }) => {
    const one = cold('    f--(z|)  ', acts);
    const expected = '    f--(xyV|)';

    expectObservable(told({ lives: [one], respawn: 'transient' })).toBe(expected);
  });

  marbles("'transient' replaces a worker after any other exit", ({ cold, expectObservable }) => {
    const one = cold('    f--c|    ', acts);
    const two = cold('            f', acts);
    const expected = '    f--(xyH)f';

    expectObservable(told({ lives: [one, two], respawn: 'transient' })).toBe(expected);
  });

  marbles("'permanent' replaces a worker after a normal exit too", ({ cold, expectObservable }) => {
    const one = cold('    f--z|    ', acts);
    const two = cold('            f', acts);
    const expected = '    f--(xyH)f';

    expectObservable(told({ lives: [one, two], respawn: 'permanent' })).toBe(expected);
  });

  marbles('replaces a stable worker at once', ({ cold, expectObservable, expectSubscriptions }) => {
    const one = cold('    f------c|    ', acts);
    const two = cold('           -----', acts);
    const twoSubs = '     -------^-----';
    const expected = '    f----s-(xyH)-';

    expectObservable(told({ lives: [one, two], minUptime: 5 })).toBe(expected);
    expectSubscriptions(two.subscriptions).toBe(twoSubs);
  });

  marbles(
    'gives up when the budget is spent and no other slot serves',
    ({ cold, expectObservable, expectSubscriptions }) => {
      const one = cold('    f--(c|)   ', acts);
      const two = cold('    f         ', acts);
      const expected = '    f--(xyG|)';

      expectObservable(told({ lives: [one, two], maxForkCount: 1 })).toBe(expected);
      expectSubscriptions(two.subscriptions).toBe([]);
    },
  );

  marbles(
    'respawns slowly when the budget is spent and another slot serves',
    ({ cold, expectObservable, expectSubscriptions }) => {
      const one = cold('    f--c---|                          ', acts);
      const two = cold('                                     f', acts);
      const twoSubs = '     ---------------------------------^';
      const expected = '    f--(xyD)-------------------------f';

      const { f, r } = life(ref({ id: 2 }));
      expectObservable(told({ lives: [one, two], maxForkCount: 1, state: counted(2, f, r) })).toBe(expected);
      expectSubscriptions(two.subscriptions).toBe(twoSubs);
    },
  );

  marbles('may be an operator: it decides, and no event is emitted for that', ({ cold, expectObservable }) => {
    const one = cold('    f--c|   ', acts);
    const two = cold('           f', acts);
    const expected = '    f--x---f';

    expectObservable(told({ lives: [one, two], respawn: retry({ delay: 3 }) })).toBe(expected);
  });

  marbles(
    'may be an operator: retired during its delay, the loop ends',
    ({ cold, hot, expectObservable, expectSubscriptions }) => {
      const one = cold('    f--c|   ', acts);
      const two = cold('           f', acts);
      const retired = hot(' -----s--', stops);
      const expected = '    f--x-|  ';

      expectObservable(told({ lives: [one, two], retired$: retired, respawn: retry({ delay: 4 }) })).toBe(expected);
      expectSubscriptions(two.subscriptions).toBe([]);
    },
  );

  marbles('may be an operator: if it errors, the slot is vacant, with that error', ({ cold, expectObservable }) => {
    const one = cold('    f--c|    ', acts);
    const expected = '    ----(V|) ';

    const vacant$ = line({ lives: [one], respawn: retry(0) }).pipe(filter(is('vacant')));
    expectObservable(vacant$.pipe(map(({ why, error }) => [why, error?.name]))).toBe(expected, {
      V: ['the respawn operator gave up: worker 1 (slot 1, pid 1001) exited with code 1', 'WorkerExitError'],
    });
  });

  marbles('may be an operator: one that completes after a failure gave up as well', ({ cold, expectObservable }) => {
    const one = cold('    f--c|    ', acts);
    const expected = '    ----(V|) ';

    const vacant$ = line({ lives: [one], respawn: catchError(() => EMPTY) }).pipe(filter(is('vacant')));
    expectObservable(vacant$.pipe(map(({ error }) => error?.name))).toBe(expected, { V: 'WorkerExitError' });
  });

  marbles(
    'may be an operator: one that completes after a normal exit did not give up',
    ({ cold, expectObservable }) => {
      const one = cold('    f--z|    ', acts);
      const expected = '    ----(V|) ';

      const vacant$ = line({ lives: [one], respawn: catchError(() => EMPTY) }).pipe(filter(is('vacant')));
      expectObservable(vacant$.pipe(map(({ why, error }) => [why, error]))).toBe(expected, {
        V: ['the respawn operator has completed', undefined],
      });
    },
  );

  marbles('does not decide about an error that is no crash: the loop errors with it', ({ cold, expectObservable }) => {
    const bug = new TypeError('a bug');
    const respawns = ['permanent', 'temporary', retry<WorkerDraft>()] as const;
    for (const respawn of respawns) {
      const one = cold('    f--#     ', acts, bug);
      const expected = '    f--#     ';

      expectObservable(told({ lives: [one, cold('f', acts)], respawn })).toBe(expected, undefined, bug);
    }
  });

  marbles('may be an operator: it sees the whole life of the worker', ({ cold, expectObservable }) => {
    const one = cold('    f-m-p--c|', acts);
    const seen = '        f-r-ma-x-';

    const seen$ = new Subject<string>();
    const respawn: MonoTypeOperatorFunction<WorkerDraft> = (life$) =>
      life$.pipe(tap((event) => seen$.next(letterOf(event))));
    expectObservable(seen$).toBe(seen);
    expectObservable(told({ lives: [one], minReadyTime: 3, respawn })).toBe('f-r--a-x(V|)');
  });
});

describe('while the slot is contested', () => {
  const contested = { T: true, F: false };

  marbles('a crash is not answered before that is decided', ({ cold, hot, expectObservable }) => {
    const one = cold('     f--c|              ', acts);
    const two = cold('                    f---', acts);
    const contest = hot('  --T-------F--------', contested);
    const expected = '     f--x------(yH)-f---';

    const contested$ = new BehaviorSubject(false);
    contest.subscribe(contested$);
    expectObservable(told({ lives: [one, two], contested$ })).toBe(expected);
  });

  marbles('the loop ends if it is retired then', ({ cold, hot, expectObservable, expectSubscriptions }) => {
    const one = cold('     f--c|              ', acts);
    const two = cold('                    f---', acts);
    const contest = hot('  --T----------------', contested);
    const retired = hot('  ----------s--------', stops);
    const expected = '     f--x------|        ';

    const contested$ = new BehaviorSubject(false);
    contest.subscribe(contested$);
    expectObservable(told({ lives: [one, two], contested$, retired$: retired })).toBe(expected);
    expectSubscriptions(two.subscriptions).toBe([]);
  });

  marbles('a respawn that waits for its permit gives way', ({ cold, hot, expectObservable, expectSubscriptions }) => {
    const boots = cold('   ------(t|)         ', { t: () => undefined });
    const bootSubs = ['    ^--!---------------', '    ----------^-----!--'];
    const one = cold('                     f--', acts);
    const contest = hot('  ---T------F--------', contested);
    const expected = '     ----------------f--';

    const contested$ = new BehaviorSubject(false);
    contest.subscribe(contested$);
    expectObservable(told({ lives: [one], boots$: boots, contested$ })).toBe(expected);
    expectSubscriptions(boots.subscriptions).toBe(bootSubs);
  });

  marbles('a replacement does not give way', ({ cold, expectObservable, expectSubscriptions }) => {
    const boots = cold('   ------(t|)', { t: () => undefined });
    const bootSubs = '     ^-----!---';
    const one = cold('           f---', acts);
    const expected = '     ------f---';

    const contested$ = new BehaviorSubject(true);
    expectObservable(told({ lives: [one], boots$: boots, contested$, why: 'roll' })).toBe(expected);
    expectSubscriptions(boots.subscriptions).toBe(bootSubs);
  });
});
