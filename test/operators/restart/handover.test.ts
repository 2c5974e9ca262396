import {
  BehaviorSubject,
  concat,
  distinctUntilChanged,
  EMPTY,
  map,
  merge,
  mergeMap,
  NEVER,
  Observable,
  of,
  startWith,
  take,
  takeWhile,
  tap,
  timer,
} from 'rxjs';
import { describe, expect, test } from 'vitest';
import { handover, type Tenancy, type Verdict } from '../../../src/operators/restart/handover.js';
import { marbles } from '../../marbles.js';

/**
 * Loops are named by their request. In all diagrams: `R` a newcomer is ready, `L` it is late, `x` the end of a loop;
 * `W` and `N`: the newcomer has won, or not; `t` is emitted to the loser, `u` to an incumbent that has to end first.
 * A request in capitals does not overlap.
 */
const judged = (event: string): readonly Verdict<string, string>[] => {
  if (event === 'R') return [{ won: true, event: 'W', stop: 't' }];
  return event === 'L' ? [{ won: false, event: 'N', stop: 't' }] : [];
};

/** A loop that emits what it gets from `retired$`, and ends 6 ms later. */
const polite = (life$: Observable<string>, { retired$ }: Tenancy<string>) =>
  merge(
    life$,
    retired$.pipe(
      take(1),
      mergeMap((stop) => concat(of(stop), timer(6).pipe(map(() => 'x')))),
    ),
  ).pipe(takeWhile((event) => event !== 'x', true));

const hand = (loops: Readonly<Record<string, Observable<string>>>) =>
  handover<string, string, string>({
    loop: (request, tenancy) => polite(loops[request] ?? of('?'), tenancy),
    verdict: (events$) => events$.pipe(mergeMap(judged)),
    stopBefore: (request) => (request === request.toUpperCase() ? 'u' : undefined),
  });

describe('a contest', () => {
  marbles(
    'the newcomer wins: the incumbent is retired and ends in its own time',
    ({ hot, cold, expectObservable, expectSubscriptions }) => {
      const requests = hot('  a------b---------------');
      const requestSubs = '   ^----------------------';
      const a = cold('        ai---------------------');
      const aSubs = '         ^----------------!-----';
      const b = cold('               b---R----i------');
      const bSubs = '         -------^---------------';
      const expected = '      ai-----b---(RWt)ix-----';

      expectObservable(requests.pipe(hand({ a, b }))).toBe(expected);
      expectSubscriptions(requests.subscriptions).toBe(requestSubs);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(b.subscriptions).toBe(bSubs);
    },
  );

  marbles(
    'a newcomer that ends before it is ready is dropped, and the incumbent stays',
    ({ hot, cold, expectObservable, expectSubscriptions }) => {
      const requests = hot('  a------b---------------');
      const a = cold('        ai------i-------i------');
      const aSubs = '         ^----------------------';
      const b = cold('               b---x-----------');
      const bSubs = '         -------^---!-----------';
      const expected = '      ai-----bi--x----i------';

      expectObservable(requests.pipe(hand({ a, b }))).toBe(expected);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(b.subscriptions).toBe(bSubs);
    },
  );

  marbles(
    'a newcomer that loses is retired and ends in its own time, and the incumbent stays',
    ({ hot, cold, expectObservable, expectSubscriptions }) => {
      const requests = hot('  a------b---------------');
      const a = cold('        ai------i-----------i--');
      const aSubs = '         ^----------------------';
      const b = cold('               b---L-----------');
      const bSubs = '         -------^---------!-----';
      const expected = '      ai-----bi--(LNt)-x--i--';

      expectObservable(requests.pipe(hand({ a, b }))).toBe(expected);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(b.subscriptions).toBe(bSubs);
    },
  );

  marbles('only the first verdict counts', ({ hot, cold, expectObservable, expectSubscriptions }) => {
    const requests = hot('  a------b---------------');
    const a = cold('        ai---------------------');
    const aSubs = '         ^----------------------';
    const b = cold('               b---L----R------');
    const bSubs = '         -------^---------!-----';
    const expected = '      ai-----b---(LNt)Rx-----';

    expectObservable(requests.pipe(hand({ a, b }))).toBe(expected);
    expectSubscriptions(a.subscriptions).toBe(aSubs);
    expectSubscriptions(b.subscriptions).toBe(bSubs);
  });

  marbles(
    'the incumbent ends during it: the newcomer continues, and when it wins no loop is retired',
    ({ hot, cold, expectObservable, expectSubscriptions }) => {
      const requests = hot('  a------b---------------');
      const a = cold('        ai-------x-------------');
      const aSubs = '         ^--------!-------------';
      const b = cold('               b---R----i------');
      const bSubs = '         -------^---------------';
      const expected = '      ai-----b-x-(RW)-i------';

      expectObservable(requests.pipe(hand({ a, b }))).toBe(expected);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(b.subscriptions).toBe(bSubs);
    },
  );

  marbles(
    'both end during it: the next request has no incumbent',
    ({ hot, cold, expectObservable, expectSubscriptions }) => {
      const requests = hot('  a------b-------c-------');
      const a = cold('        ai-------x-------------');
      const aSubs = '         ^--------!-------------';
      const b = cold('               b---x-----------');
      const bSubs = '         -------^---!-----------';
      const c = cold('                       c-R-----');
      const cSubs = '         ---------------^-------';
      const expected = '      ai-----b-x-x---c-(RW)--';

      expectObservable(requests.pipe(hand({ a, b, c }))).toBe(expected);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(b.subscriptions).toBe(bSubs);
      expectSubscriptions(c.subscriptions).toBe(cSubs);
    },
  );

  marbles(
    'the newcomer that has won is the incumbent of the next one',
    ({ hot, cold, expectObservable, expectSubscriptions }) => {
      const requests = hot('  a---b-------------c----------');
      const a = cold('        a----------------------------');
      const aSubs = '         ^-----------!----------------';
      const b = cold('            b-R----------------------');
      const bSubs = '         ----^--------------------!---';
      const c = cold('                          cR---------');
      const cSubs = '         ------------------^----------';
      const expected = '      a---b-(RWt)-x-----c(RWt)-x---';

      expectObservable(requests.pipe(hand({ a, b, c }))).toBe(expected);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(b.subscriptions).toBe(bSubs);
      expectSubscriptions(c.subscriptions).toBe(cSubs);
    },
  );

  marbles(
    'a loop without an incumbent wins, and no loop is retired',
    ({ hot, cold, expectObservable, expectSubscriptions }) => {
      const requests = hot('  a----------------------');
      const a = cold('        a--R----i--------------');
      const aSubs = '         ^----------------------';
      const expected = '      a--(RW)-i--------------';

      expectObservable(requests.pipe(hand({ a }))).toBe(expected);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
    },
  );

  marbles(
    'a loop without an incumbent is not retired when it is late',
    ({ hot, cold, expectObservable, expectSubscriptions }) => {
      const requests = hot('  a----------------------');
      const a = cold('        a--L--------i----------');
      const aSubs = '         ^----------------------';
      const expected = '      a--(LN)-----i----------';

      expectObservable(requests.pipe(hand({ a }))).toBe(expected);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
    },
  );

  marbles(
    'is not opened against an incumbent that has ended: a newcomer is not retired then when it is late',
    ({ hot, cold, expectObservable, expectSubscriptions }) => {
      const requests = hot('  a------b---------------');
      const a = cold('        ai-x-------------------');
      const aSubs = '         ^--!-------------------';
      const b = cold('               b---L-------i---');
      const bSubs = '         -------^---------------';
      const expected = '      ai-x---b---(LN)----i---';

      expectObservable(requests.pipe(hand({ a, b }))).toBe(expected);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(b.subscriptions).toBe(bSubs);
    },
  );

  marbles(
    'both loops see that it is open, and it is closed only after the loser has been retired',
    ({ hot, cold, expectObservable }) => {
      const requests = hot('  a---b----------');
      const b = cold('            b----R-----');
      const expected = '      F---(Tb)-(RWtF)';

      const contests = handover<string, string, string>({
        loop: (request, { contested$, retired$ }) =>
          request === 'b' ? b : merge(contested$.pipe(map((contested) => (contested ? 'T' : 'F'))), retired$),
        verdict: (events$) => events$.pipe(mergeMap(judged)),
        stopBefore: () => undefined,
      });
      expectObservable(requests.pipe(contests)).toBe(expected);
    },
  );
});

describe('a request during a contest', () => {
  marbles(
    'waits until the newcomer has won, and has it as its incumbent',
    ({ hot, cold, expectObservable, expectSubscriptions }) => {
      const requests = hot('  a--b--c----------------');
      const requestSubs = '   ^----------------------';
      const a = cold('        a----------------------');
      const aSubs = '         ^------------!---------';
      const b = cold('           b---R---------------');
      const bSubs = '         ---^-----------------!-';
      const c = cold('               c-------R-------');
      const cSubs = '         -------^---------------';
      const expected = '      a--b---(RWtc)x-(RWt)-x-';

      expectObservable(requests.pipe(hand({ a, b, c }))).toBe(expected);
      expectSubscriptions(requests.subscriptions).toBe(requestSubs);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(b.subscriptions).toBe(bSubs);
      expectSubscriptions(c.subscriptions).toBe(cSubs);
    },
  );

  marbles(
    'waits until the newcomer has ended, and has the old incumbent',
    ({ hot, cold, expectObservable, expectSubscriptions }) => {
      const requests = hot('  a--b--c----------------');
      const a = cold('        a----------------------');
      const aSubs = '         ^-----------------!----';
      const b = cold('           b---x---------------');
      const bSubs = '         ---^---!---------------';
      const c = cold('               c----R----------');
      const cSubs = '         -------^---------------';
      const expected = '      a--b---(xc)-(RWt)-x----';

      expectObservable(requests.pipe(hand({ a, b, c }))).toBe(expected);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(b.subscriptions).toBe(bSubs);
      expectSubscriptions(c.subscriptions).toBe(cSubs);
    },
  );

  marbles('waits in the order of asking', ({ hot, cold, expectObservable, expectSubscriptions }) => {
    const requests = hot('  a-bcd------------------');
    const a = cold('        a----------------------');
    const b = cold('          b-x------------------');
    const c = cold('            c----x-------------');
    const cSubs = '         ----^----!-------------';
    const d = cold('                 d-------------');
    const dSubs = '         ---------^-------------';
    const expected = '      a-b-(xc)-(xd)----------';

    expectObservable(requests.pipe(hand({ a, b, c, d }))).toBe(expected);
    expectSubscriptions(c.subscriptions).toBe(cSubs);
    expectSubscriptions(d.subscriptions).toBe(dSubs);
  });

  marbles(
    'is still served when the requests have completed',
    ({ hot, cold, expectObservable, expectSubscriptions }) => {
      const requests = hot('  a--b--c|---------------');
      const requestSubs = '   ^------!---------------';
      const a = cold('        a-------------x--------');
      const b = cold('           b-----x-------------');
      const c = cold('                 c----x--------');
      const cSubs = '         ---------^----!--------';
      const expected = '      a--b-----(xc)-(xx|)----';

      expectObservable(requests.pipe(hand({ a, b, c }))).toBe(expected);
      expectSubscriptions(requests.subscriptions).toBe(requestSubs);
      expectSubscriptions(c.subscriptions).toBe(cSubs);
    },
  );

  marbles('starts before what waits for the end of the contest inside a loop', ({ hot, cold, expectObservable }) => {
    const requests = hot('  a--b-c------------');
    const b = cold('           b---x----------');
    const c = cold('               c---x------');
    const expected = '      F--(Tb)(xc)(xF)---';

    const contests = handover<string, string, string>({
      loop: (request, { contested$ }) =>
        ({ b, c })[request]?.pipe(takeWhile((event) => event !== 'x', true)) ??
        contested$.pipe(
          distinctUntilChanged(),
          map((contested) => (contested ? 'T' : 'F')),
        ),
      verdict: () => EMPTY,
      stopBefore: () => undefined,
    });
    expectObservable(requests.pipe(contests)).toBe(expected);
  });
});

describe('a request that does not overlap', () => {
  marbles(
    'retires the incumbent first, and starts when that has ended',
    ({ hot, cold, expectObservable, expectSubscriptions }) => {
      const requests = hot('  a------B---------------');
      const a = cold('        ai---------------------');
      const aSubs = '         ^------------!---------';
      const B = cold('                     b----R----');
      const BSubs = '         -------------^---------';
      const expected = '      ai-----u-----(xb)-(RW)-';

      expectObservable(requests.pipe(hand({ a, B }))).toBe(expected);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(B.subscriptions).toBe(BSubs);
    },
  );

  marbles('starts at once without an incumbent', ({ hot, cold, expectObservable, expectSubscriptions }) => {
    const requests = hot('  a------B---------------');
    const a = cold('        ai--x------------------');
    const aSubs = '         ^---!------------------';
    const B = cold('               b----i----------');
    const BSubs = '         -------^---------------';
    const expected = '      ai--x--b----i----------';

    expectObservable(requests.pipe(hand({ a, B }))).toBe(expected);
    expectSubscriptions(a.subscriptions).toBe(aSubs);
    expectSubscriptions(B.subscriptions).toBe(BSubs);
  });

  marbles(
    'opens no contest: one that ends leaves an empty place',
    ({ hot, cold, expectObservable, expectSubscriptions }) => {
      const requests = hot('  a------B-----------c---');
      const a = cold('        ai---------------------');
      const aSubs = '         ^------------!---------';
      const B = cold('                     b---x-----');
      const BSubs = '         -------------^---!-----';
      const c = cold('                           cR--');
      const expected = '      ai-----u-----(xb)x-c(RW)';

      expectObservable(requests.pipe(hand({ a, B, c }))).toBe(expected);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(B.subscriptions).toBe(BSubs);
    },
  );

  marbles(
    'is retired while it waits for the incumbent: it gets that when it starts',
    ({ hot, cold, expectObservable, expectSubscriptions }) => {
      const requests = hot('  a--Bc------------------');
      const a = cold('        a----------------------');
      const aSubs = '         ^--------!-------------';
      const B = cold('                 b-------------');
      const BSubs = '         ---------^-----!-------';
      const c = cold('            cR-----------------');
      const cSubs = '         ----^------------------';
      const expected = '      a--uc(RW)(xtb)-x-------';

      expectObservable(requests.pipe(hand({ a, B, c }))).toBe(expected);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(B.subscriptions).toBe(BSubs);
      expectSubscriptions(c.subscriptions).toBe(cSubs);
    },
  );
});

describe('the end', () => {
  marbles(
    'comes when the requests and all loops have completed',
    ({ hot, cold, expectObservable, expectSubscriptions }) => {
      const requests = hot('  a------b--|------------');
      const requestSubs = '   ^---------!------------';
      const a = cold('        ai---------------------');
      const b = cold('               b---R-------x---');
      const bSubs = '         -------^-----------!---';
      const expected = '      ai-----b---(RWt)-x-(x|)';

      expectObservable(requests.pipe(hand({ a, b }))).toBe(expected);
      expectSubscriptions(requests.subscriptions).toBe(requestSubs);
      expectSubscriptions(b.subscriptions).toBe(bSubs);
    },
  );

  marbles('comes at once when nothing was ever requested', ({ cold, expectObservable }) => {
    expectObservable(cold('---|').pipe(hand({}))).toBe('---|');
  });

  marbles(
    'is an error when a loop errors, and the other loops and the requests are unsubscribed',
    ({ hot, cold, expectObservable, expectSubscriptions }) => {
      const requests = hot('  a------b--c------------');
      const requestSubs = '   ^----------!-----------';
      const a = cold('        ai---------------------');
      const aSubs = '         ^----------!-----------';
      const b = cold('               b---#-----------');
      const bSubs = '         -------^---!-----------';
      const c = cold('                   c-----------');
      const expected = '      ai-----b---#-----------';

      expectObservable(requests.pipe(hand({ a, b, c }))).toBe(expected);
      expectSubscriptions(requests.subscriptions).toBe(requestSubs);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(b.subscriptions).toBe(bSubs);
      expectSubscriptions(c.subscriptions).toBe([]);
    },
  );

  marbles(
    'is an error when the requests error, and the loops are unsubscribed',
    ({ hot, cold, expectObservable, expectSubscriptions }) => {
      const requests = hot('  a------b--#------------');
      const a = cold('        ai---------------------');
      const aSubs = '         ^---------!------------';
      const b = cold('               b---------------');
      const bSubs = '         -------^--!------------';
      const expected = '      ai-----b--#------------';

      expectObservable(requests.pipe(hand({ a, b }))).toBe(expected);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(b.subscriptions).toBe(bSubs);
    },
  );

  marbles(
    'unsubscribing unsubscribes from everything, and a waiting request never starts',
    ({ hot, cold, expectObservable, expectSubscriptions }) => {
      const requests = hot('  a------b--c------------');
      const requestSubs = '   ^-----------!----------';
      const a = cold('        ai---------------------');
      const aSubs = '         ^-----------!----------';
      const b = cold('               b---------------');
      const bSubs = '         -------^----!----------';
      const c = cold('                       c-------');
      const unsub = '         ------------!----------';
      const expected = '      ai-----b---------------';

      expectObservable(requests.pipe(hand({ a, b, c })), unsub).toBe(expected);
      expectSubscriptions(requests.subscriptions).toBe(requestSubs);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(b.subscriptions).toBe(bSubs);
      expectSubscriptions(c.subscriptions).toBe([]);
    },
  );
});

marbles('a newcomer can win in the tick in which it starts', ({ hot, cold, expectObservable, expectSubscriptions }) => {
  const requests = hot('  a--b-------------------');
  const a = cold('        a----------------------');
  const aSubs = '         ^--------!-------------';
  const b = cold('           (bR)----------------');
  const expected = '      a--(bRWt)x-------------';

  expectObservable(requests.pipe(hand({ a, b }))).toBe(expected);
  expectSubscriptions(a.subscriptions).toBe(aSubs);
});

marbles('each subscription has its own incumbent', ({ cold, expectObservable }) => {
  const requests = cold('   a------|');
  const a = cold('          a--R----x--------');
  const late = '            -----^-----------';
  const expected = '        a--(RW)-(x|)-----';
  const lateExpected = '    -----a--(RW)-(x|)';

  const result = requests.pipe(hand({ a }));
  expectObservable(result).toBe(expected);
  expectObservable(result, late).toBe(lateExpected);
});

const stayOrGo = (request: string): Observable<string> => (request === 'a' ? NEVER.pipe(startWith('a')) : of('b', 'x'));

test('a newcomer that starts and ends in one tick is entered once', () => {
  const told: string[] = [];
  of('a', 'b')
    .pipe(
      handover<string, string, string>({ loop: stayOrGo, verdict: () => EMPTY, stopBefore: () => undefined }),
      take(9),
    )
    .subscribe((event) => told.push(event));
  expect(told).toEqual(['a', 'b', 'x']);
});

test('unsubscribing does not start a loop that waits for the old one', () => {
  let started = 0;
  const waiting = new Observable<string>(() => {
    started += 1;
  });
  const line = (request: string): Observable<string> => (request === 'b' ? waiting : NEVER);
  of('a', 'b')
    .pipe(
      handover<string, string, string>({
        loop: line,
        verdict: () => EMPTY,
        stopBefore: (q) => (q === 'b' ? 'go' : undefined),
      }),
    )
    .subscribe()
    .unsubscribe();
  expect(started).toBe(0);
});

marbles(
  'a loop that has vacated is no incumbent of the request that follows from that',
  ({ cold, expectObservable }) => {
    const loops: Readonly<Record<string, Observable<string>>> = { a: cold('--(V|)'), b: cold('---L-----') };
    const requests$ = new BehaviorSubject('a');
    const slot$ = requests$.pipe(
      handover<string, string, string>({
        loop: (request, tenancy) => polite(loops[request] ?? of('?'), tenancy),
        verdict: (events$) => events$.pipe(mergeMap(judged)),
        stopBefore: () => undefined,
        vacates: (event) => event === 'V',
      }),
      tap((event) => event === 'V' && requests$.next('b')),
    );
    const expected = '--V--(LN)------';

    expectObservable(slot$).toBe(expected);
  },
);
