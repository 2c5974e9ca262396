import { BehaviorSubject, filter, NEVER, type Observable, ReplaySubject } from 'rxjs';
import { describe } from 'vitest';
import type { CoreEvent, EventDraft } from '../../src/vocabulary/events.js';
import type { ProcessEvent } from '../../src/host/host.js';
import { is } from '../../src/api/is.js';
import type { StopRequest } from '../../src/operators/lifecycle/leave.js';
import { semaphore } from '../../src/operators/general/semaphore.js';
import { slot$ } from '../../src/streams/slot.js';
import { asLetters, counted, marbles, now, puppet, ref, stamped } from '../marbles.js';
import { clusterOptions, withDecisions } from '../clusterOptions.js';

/** What process `id` does; `m`: it says that it is ready. */
const acts = (id: number): Readonly<Record<string, ProcessEvent>> => ({
  f: { type: 'fork', process: puppet(id).process },
  m: { type: 'message', message: 'ready' },
  g: { type: 'leaving', why: 'disconnected' },
  x: { type: 'exit', code: 1, signal: null, spawn: false },
});
const [first, second, third] = [acts(1), acts(2), acts(3)];

const result = { outcome: 'aborted', replaced: [], kept: [], cause: { why: 'a test' } } as const;
/** `q`: replace this slot, `o`: the old worker first, `p`: another slot, `z`: the roll was aborted, `k` and `l`: worker 2 and worker 1 are killed. */
const events: Readonly<Record<string, CoreEvent>> = {
  q: stamped({ type: 'replace-begin', roll: 1, slot: 1, overlap: true }),
  o: stamped({ type: 'replace-begin', roll: 1, slot: 1, overlap: false }),
  p: stamped({ type: 'replace-begin', roll: 1, slot: 2, overlap: true }),
  z: stamped({ type: 'restart-abort', roll: 1, requests: [], result }),
  k: stamped({ type: 'kill', worker: ref({ id: 2, slot: 1, generation: 2 }), signal: 'SIGABRT', why: 'it hangs' }),
  l: stamped({ type: 'kill', worker: ref({ id: 1, slot: 1, generation: 1 }), signal: 'SIGABRT', why: 'it hangs' }),
};
const stops: Readonly<Record<'s', StopRequest>> = { s: { force: false, why: 'SIGTERM' } };

const replayed = <T>(source$: Observable<T>) => {
  const subject = new ReplaySubject<T>(1);
  source$.subscribe(subject);
  return subject;
};

interface Around {
  readonly lives: readonly Observable<ProcessEvent>[];
  readonly events$?: Observable<CoreEvent>;
  readonly stop$?: Observable<StopRequest>;
}

/** Slot 1. A worker is available 5 ms after it was ready, overdue 10 ms after its fork, and replaced after 6 ms. */
const slot = ({ lives, events$ = NEVER, stop$ = NEVER }: Around): Observable<EventDraft> => {
  let forks = 0;
  const backoff = { initial: 6, factor: 2, max: 30, jitter: 0 };
  const options = clusterOptions({ ready: 'message', minReadyTime: 5, readyTimeout: 10, minUptime: Infinity, backoff });
  const state$ = new BehaviorSubject(counted(2));
  const around = {
    host: { fork: () => lives[forks++] ?? NEVER, signal: () => NEVER, random: () => 0.5, now },
    options,
    on: <T extends CoreEvent['type']>(type: T) => events$.pipe(filter(is(type))),
    state$,
    stop$,
    boots$: semaphore(Infinity),
  };
  const nextSlotRef = () => ({ cluster: 'test', slot: 1, generation: forks + 1 });
  return withDecisions(options, state$, (decisions$) => slot$({ ...around, decisions$ }, 1, nextSlotRef, 'start'));
};
const told = (around: Around) => slot(around).pipe(asLetters());
/** What a slot listens for while it is open: `replace-begin`, `vacant`, `departure`, `backoff` and `degraded`. */
const all = (subs: string) => [subs, subs, subs, subs, subs];
/** And until it is decided whether a replacement stays: `restart-abort` and `kill`. */
const contest = (subs: string) => [subs, subs];

describe('a slot', () => {
  marbles(
    'gets a worker at the start, and another when that crashes',
    ({ cold, hot, expectObservable, expectSubscriptions }) => {
      const one = cold('        fm--x|           ', first);
      const two = cold('                  fm-----', second);
      const events$ = hot('     -----------------', events);
      const eventSubs = all('^----------------');
      const expected = '        fr--(xyH)-fr----a';

      expectObservable(told({ lives: [one, two], events$ })).toBe(expected);
      expectSubscriptions(events$.subscriptions).toBe(eventSubs);
    },
  );

  marbles(
    'ends when the cluster stops and its worker has exited',
    ({ cold, hot, expectObservable, expectSubscriptions }) => {
      const one = cold('        fm--------x|', first);
      const events$ = hot('     ---------q--', events);
      const eventSubs = all('      ^------!----');
      const stop$ = hot('       -------s----', stops);
      const expected = '        fr----at--x|';

      expectObservable(told({ lives: [one], events$, stop$: replayed(stop$) })).toBe(expected);
      expectSubscriptions(events$.subscriptions).toBe(eventSubs);
    },
  );

  marbles('unsubscribed, unsubscribes from everything', ({ cold, hot, expectObservable, expectSubscriptions }) => {
    const one = cold('        fm------------', first);
    const oneSubs = '         ^---------!---';
    const two = cold('                fm----', second);
    const twoSubs = '         --------^-!---';
    const events$ = hot('     --------q-----', events);
    const eventSubs = [...all('^---------!---'), ...contest('--------^-!---')];
    const unsub = '           ----------!---';
    const expected = '        fr----a-fr----';

    expectObservable(told({ lives: [one, two], events$ }), unsub).toBe(expected);
    expectSubscriptions(one.subscriptions).toBe(oneSubs);
    expectSubscriptions(two.subscriptions).toBe(twoSubs);
    expectSubscriptions(events$.subscriptions).toBe(eventSubs);
  });
});

describe('a replacement', () => {
  marbles(
    'comes beside the old worker, which is retired when the new one is available',
    ({ cold, hot, expectObservable, expectSubscriptions }) => {
      const one = cold('        fm-------------------x|', first);
      const oneSubs = '         ^---------------------!';
      const two = cold('                f-m------------', second);
      const twoSubs = '         --------^--------------';
      const events$ = hot('     --------q--------------', events);
      const expected = '        fr----a-f-r----(aQt)-x-';

      expectObservable(told({ lives: [one, two], events$ })).toBe(expected);
      expectSubscriptions(one.subscriptions).toBe(oneSubs);
      expectSubscriptions(two.subscriptions).toBe(twoSubs);
    },
  );

  marbles(
    'emits the new worker, and retires the old one with the name of the new one',
    ({ cold, hot, expectObservable }) => {
      const one = cold('        fm---------------------', first);
      const two = cold('                f-m------------', second);
      const events$ = hot('     --------q--------------', events);
      const expected = '        ---------------(Qt)----';

      const worker = ref({ id: 2, slot: 1, generation: 2 });
      const decisions = slot({ lives: [one, two], events$ }).pipe(
        filter((event) => event.type === 'replace-end' || event.type === 'retire'),
      );
      expectObservable(decisions).toBe(expected, {
        Q: { type: 'replace-end', slot: 1, roll: 1, worker },
        t: { type: 'retire', worker: ref(), why: 'replaced by worker 2' },
      });
    },
  );

  marbles('of another slot is none of its business', ({ cold, hot, expectObservable, expectSubscriptions }) => {
    const one = cold('        fm------------', first);
    const two = cold('                f-----', second);
    const events$ = hot('     --------p-----', events);
    const expected = '        fr----a-------';

    expectObservable(told({ lives: [one, two], events$ })).toBe(expected);
    expectSubscriptions(two.subscriptions).toBe([]);
  });

  marbles(
    'that crashes is dropped, and the old worker stays',
    ({ cold, hot, expectObservable, expectSubscriptions }) => {
      const one = cold('        fm-----------------', first);
      const oneSubs = '         ^------------------';
      const two = cold('                f-m-x|     ', second);
      const twoSubs = '         --------^----!-----';
      const three = cold('                        f', third);
      const events$ = hot('     --------q----------', events);
      const expected = '        fr----a-f-r-(xA)---';

      expectObservable(told({ lives: [one, two, three], events$ })).toBe(expected);
      expectSubscriptions(one.subscriptions).toBe(oneSubs);
      expectSubscriptions(two.subscriptions).toBe(twoSubs);
      expectSubscriptions(three.subscriptions).toBe([]);
    },
  );

  marbles('that crashes is named as the cause, with its exit', ({ cold, hot, expectObservable }) => {
    const one = cold('        fm-----------------', first);
    const two = cold('                f-m-x|     ', second);
    const events$ = hot('     --------q----------', events);
    const expected = '        ------------A------';

    const worker = ref({ id: 2, slot: 1, generation: 2 });
    const exit = { code: 1, signal: null, requested: false, reason: 'crash', uptime: 4 } as const;
    const A = {
      type: 'replace-abort',
      slot: 1,
      roll: 1,
      why: 'before it was available, it exited with code 1',
      worker,
      exit,
    };
    expectObservable(slot({ lives: [one, two], events$ }).pipe(filter(is('replace-abort')))).toBe(expected, { A });
  });

  marbles(
    'that is not ready in time is killed, and the old worker stays',
    ({ cold, hot, expectObservable, expectSubscriptions }) => {
      const one = cold('        fm----------------------', first);
      const oneSubs = '         ^-----------------------';
      const two = cold('                f--------------x|', second);
      const twoSubs = '         --------^---------------!';
      const events$ = hot('     --------q----------------', events);
      const expected = '        fr----a-f---------(vAk)x-';

      expectObservable(told({ lives: [one, two], events$ })).toBe(expected);
      expectSubscriptions(one.subscriptions).toBe(oneSubs);
      expectSubscriptions(two.subscriptions).toBe(twoSubs);
    },
  );

  marbles('that is killed because it hangs is dropped, and the old worker stays', ({ cold, hot, expectObservable }) => {
    const one = cold('        fm----------------------', first);
    const two = cold('                fm-------x|     ', second);
    const events$ = hot('     --------q--k------------', events);
    const expected = '        fr----a-fr-(At)--x------';

    expectObservable(told({ lives: [one, two], events$ })).toBe(expected);
  });

  marbles('is not dropped because the old worker is killed', ({ cold, hot, expectObservable }) => {
    const one = cold('        fm-----------------x|   ', first);
    const two = cold('                fm--------------', second);
    const events$ = hot('     --------q--l------------', events);
    const expected = '        fr----a-fr----(aQt)x----';

    expectObservable(told({ lives: [one, two], events$ })).toBe(expected);
  });

  marbles(
    'that leaves on its own is asked to, and the old worker stays',
    ({ cold, hot, expectObservable, expectSubscriptions }) => {
      const one = cold('        fm----------------------', first);
      const oneSubs = '         ^-----------------------';
      const two = cold('                f--g-----x|     ', second);
      const three = cold('                            f   ', third);
      const events$ = hot('     --------q---------------', events);
      const expected = '        fr----a-f--(gAt)-x------';

      expectObservable(told({ lives: [one, two, three], events$ })).toBe(expected);
      expectSubscriptions(one.subscriptions).toBe(oneSubs);
      expectSubscriptions(three.subscriptions).toBe([]);
    },
  );

  marbles(
    'is dropped when another slot has aborted the roll, and the old worker stays',
    ({ cold, hot, expectObservable, expectSubscriptions }) => {
      const one = cold('        fm----------------------', first);
      const oneSubs = '         ^-----------------------';
      const two = cold('                f--------x|     ', second);
      const events$ = hot('     --------q---z-----------', events);
      const expected = '        fr----a-f---(Atk)x------';

      expectObservable(told({ lives: [one, two], events$ })).toBe(expected);
      expectSubscriptions(one.subscriptions).toBe(oneSubs);
    },
  );

  marbles(
    'that has come stays when the roll is aborted later',
    ({ cold, hot, expectObservable, expectSubscriptions }) => {
      const one = cold('        fm-----------------x|   ', first);
      const two = cold('                fm--------------', second);
      const twoSubs = '         --------^---------------';
      const events$ = hot('     --------q-------------z-', events);
      const expected = '        fr----a-fr----(aQt)x----';

      expectObservable(told({ lives: [one, two], events$ })).toBe(expected);
      expectSubscriptions(two.subscriptions).toBe(twoSubs);
    },
  );

  marbles(
    'is not judged by what it does after it has come: a crash is answered by a respawn',
    ({ cold, hot, expectObservable }) => {
      const one = cold('        fm-----------------x|            ', first);
      const two = cold('                fm-------------x|        ', second);
      const three = cold('                                   fm--', third);
      const events$ = hot('     --------q------------------------', events);
      const expected = '        fr----a-fr----(aQt)x---(xyH)-fr----a';

      expectObservable(told({ lives: [one, two, three], events$ })).toBe(expected);
    },
  );
});

describe('an old worker that crashes while its replacement boots', () => {
  marbles(
    'is not respawned: the replacement inherits the slot',
    ({ cold, hot, expectObservable, expectSubscriptions }) => {
      const one = cold('        fm-------x|               ', first);
      const two = cold('                f-m---------------', second);
      const three = cold('                              f--', third);
      const events$ = hot('     --------q-----------------', events);
      const expected = '        fr----a-fxr----(aQ)-------';

      expectObservable(told({ lives: [one, two, three], events$ })).toBe(expected);
      expectSubscriptions(three.subscriptions).toBe([]);
    },
  );

  marbles(
    'is respawned when the replacement has been dropped',
    ({ cold, hot, expectObservable, expectSubscriptions }) => {
      const one = cold('        fm-------x|               ', first);
      const two = cold('                f---x|            ', second);
      const three = cold('                          fm----', third);
      const threeSubs = '       ------------------^-------';
      const events$ = hot('     --------q-----------------', events);
      const expected = '        fr----a-fx--(xAyH)fr----a';

      expectObservable(told({ lives: [one, two, three], events$ })).toBe(expected);
      expectSubscriptions(three.subscriptions).toBe(threeSubs);
    },
  );
});

describe('a slot in backoff', () => {
  marbles('is left to its replacement at once', ({ cold, hot, expectObservable, expectSubscriptions }) => {
    const one = cold('        fm--x|                 ', first);
    const two = cold('                fm--------------', second);
    const twoSubs = '         ---------^-------------';
    const three = cold('                 f           ', third);
    const events$ = hot('     ---------q-------------', events);
    const expected = '        fr--(xyH)fr----(aQ)----';

    expectObservable(told({ lives: [one, two, three], events$ })).toBe(expected);
    expectSubscriptions(two.subscriptions).toBe(twoSubs);
    expectSubscriptions(three.subscriptions).toBe([]);
  });
});

describe('without overlap', () => {
  marbles(
    'the old worker exits before the new one is forked',
    ({ cold, hot, expectObservable, expectSubscriptions }) => {
      const one = cold('        fm----------x|          ', first);
      const two = cold('                     fm---------', second);
      const twoSubs = '         -------------^----------';
      const events$ = hot('     --------o---------------', events);
      const expected = '        fr----a-t---xfr----(aQ)-';

      expectObservable(told({ lives: [one, two], events$ })).toBe(expected);
      expectSubscriptions(two.subscriptions).toBe(twoSubs);
    },
  );

  marbles('the old worker is retired with the reason', ({ cold, hot, expectObservable }) => {
    const one = cold('        fm----------x|          ', first);
    const events$ = hot('     --------o---------------', events);
    const expected = '        --------t---------------';

    const t = { type: 'retire', worker: ref(), why: 'makes way for its replacement' };
    expectObservable(slot({ lives: [one], events$ }).pipe(filter(is('retire')))).toBe(expected, { t });
  });

  marbles(
    'a replacement that crashes has failed, and is respawned, because the slot has no other worker',
    ({ cold, hot, expectObservable, expectSubscriptions }) => {
      const one = cold('        fm---------x|              ', first);
      const two = cold('                    f--x|          ', second);
      const three = cold('                           fm----', third);
      const threeSubs = '       ---------------------^-----';
      const events$ = hot('     --------o------------------', events);
      const expected = '        fr----a-t--xf--(xAyH)fr----a';

      expectObservable(told({ lives: [one, two, three], events$ })).toBe(expected);
      expectSubscriptions(three.subscriptions).toBe(threeSubs);
    },
  );
});

describe('a shutdown', () => {
  marbles(
    'during a contest ends both workers, and neither has won',
    ({ cold, hot, expectObservable, expectSubscriptions }) => {
      const one = cold('        fm--------------x|', first);
      const two = cold('                f---------x|', second);
      const events$ = hot('     --------q---------', events);
      const eventSubs = [...all('^----------!------'), ...contest('--------^--!------')];
      const stop$ = hot('       -----------s------', stops);
      const expected = '        fr----a-f--(ttk)x-x|';

      expectObservable(told({ lives: [one, two], events$, stop$: replayed(stop$) })).toBe(expected);
      expectSubscriptions(events$.subscriptions).toBe(eventSubs);
    },
  );

  marbles('during a backoff ends the slot', ({ cold, hot, expectObservable, expectSubscriptions }) => {
    const one = cold('        fm-x|           ', first);
    const two = cold('                 f      ', second);
    const stop$ = hot('       --------s-------', stops);
    const expected = '        fr-(xyH)|       ';

    expectObservable(told({ lives: [one, two], stop$: replayed(stop$) })).toBe(expected);
    expectSubscriptions(two.subscriptions).toBe([]);
  });
});
