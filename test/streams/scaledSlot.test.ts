import { BehaviorSubject, concat, filter, NEVER, type Observable, of, ReplaySubject, share, Subject, tap } from 'rxjs';
import { describe } from 'vitest';
import type { CoreEvent, EventDraft } from '../../src/vocabulary/events.js';
import type { ProcessEvent } from '../../src/host/host.js';
import { is } from '../../src/api/is.js';
import type { StopRequest } from '../../src/operators/lifecycle/leave.js';
import { semaphore } from '../../src/operators/general/semaphore.js';
import { clusterState } from '../../src/state/clusterState.js';
import { scaledSlot$ } from '../../src/streams/scaledSlot.js';
import { asLetters, marbles, now, puppet, stamped } from '../marbles.js';
import { clusterOptions } from '../clusterOptions.js';

const scaled = (to: number): CoreEvent => stamped({ type: 'scale', from: 0, to, why: 'asked' });
const events: Readonly<Record<string, CoreEvent>> = { 1: scaled(1), 2: scaled(2), 3: scaled(3) };
const process = (id: number): Readonly<Record<string, ProcessEvent>> => ({
  f: { type: 'fork', process: puppet(id).process },
  x: { type: 'exit', code: 0, signal: null, spawn: false },
});

interface Around {
  readonly lives?: readonly Observable<ProcessEvent>[];
  readonly events$?: Observable<CoreEvent>;
  readonly stop$?: Observable<StopRequest>;
  readonly size?: number;
  /** A permit to boot that comes with each event, before the slot hears of that. */
  readonly permit?: () => void;
}

/** Slot 2 of a cluster of two. */
const slotRef = ({ lives = [], events$ = NEVER, stop$ = NEVER, size = 2, permit }: Around): Observable<EventDraft> => {
  let forks = 0;
  const { state, fold } = clusterState(size);
  const folded$ = events$.pipe(tap(fold), share());
  const permit$ = new Subject<() => void>();
  if (permit !== undefined) folded$.subscribe(() => permit$.next(permit));
  return scaledSlot$(
    {
      host: { fork: () => lives[forks++] ?? NEVER, signal: () => NEVER, random: () => 0.5, now },
      options: clusterOptions({ ready: 'online', minUptime: Infinity, readyTimeout: Infinity }),
      on: (type) => folded$.pipe(filter(is(type))),
      state$: new BehaviorSubject(state),
      stop$,
      boots$: permit === undefined ? semaphore(Infinity) : permit$,
      decisions$: NEVER,
    },
    2,
  );
};
const told = (around: Around) => slotRef(around).pipe(asLetters());

describe('a slot', () => {
  marbles(
    'retires its worker when the cluster becomes too small for it, and no sooner',
    ({ cold, hot, expectObservable, expectSubscriptions }) => {
      const life = cold('     f---------x|', process(1));
      const lifeSubs = '      ^----------!';
      const events$ = hot('   ---3--1----2', events);
      const expected = '      f-----(tk)x-';

      expectObservable(told({ lives: [life], events$ }).pipe(filter((letter) => letter !== 'S'))).toBe(expected);
      expectSubscriptions(life.subscriptions).toBe(lifeSubs);
    },
  );

  marbles('is taken again while its last worker is still leaving', ({ cold, hot, expectObservable }) => {
    const one = cold('      f----------x|', process(1));
    const two = cold('              f---------', process(2));
    const events$ = hot('   ---1----2---------', events);
    const expected = '      f--(tk)-f--x------';

    expectObservable(told({ lives: [one, two], events$ })).toBe(expected);
  });

  marbles('counts the generations on when it is taken again', ({ cold, hot, expectObservable }) => {
    const lives = [1, 2].map((id) => cold('f', process(id)));
    const events$ = hot('   ---1----2---------', events);
    const expected = '      a-------b---------';

    const forks$ = slotRef({ lives, events$ }).pipe(filter(is('fork')));
    const worker = { cluster: 'test', slot: 2 };
    expectObservable(forks$).toBe(expected, {
      a: { type: 'fork', why: 'start', worker: { ...worker, id: 1, pid: 1001, generation: 1 } },
      b: { type: 'fork', why: 'scale', worker: { ...worker, id: 2, pid: 1002, generation: 2 } },
    });
  });

  marbles('forks no worker before the cluster is large enough for it', ({ cold, hot, expectObservable }) => {
    const life = cold('        f-----', process(1));
    const events$ = hot('   -1-2-3----', events);
    const expected = '      ---f------';

    expectObservable(told({ lives: [life], events$, size: 1 })).toBe(expected);
  });

  marbles('returns a permit to boot that comes as it closes, and forks no worker', ({ hot, expectObservable }) => {
    const events$ = hot('   ---1-----', events);
    const returned$ = new Subject<string>();
    const permit = () => returned$.next('p');
    const expected = '      ---------';
    const returned = '      ---p-----';

    expectObservable(returned$).toBe(returned);
    expectObservable(told({ events$, permit })).toBe(expected);
  });

  marbles('forks no worker after the cluster has been stopped', ({ cold, hot, expectObservable }) => {
    const life = cold('     f-------x|', process(1));
    const events$ = hot('   -----1-2----', events);
    const stop$ = new ReplaySubject<StopRequest>(1);
    cold('                  --s', { s: { force: false, why: 'asked' } }).subscribe(stop$);
    const expected = '      f-(tk)--x|';

    expectObservable(told({ lives: [life], events$, stop$ })).toBe(expected);
  });

  marbles('completes at once where the cluster has been stopped already', ({ expectObservable }) => {
    const stop$ = concat(of({ force: false, why: 'asked' }), NEVER);
    const expected = '|';

    expectObservable(told({ stop$ })).toBe(expected);
  });
});
