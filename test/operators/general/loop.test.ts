import {
  concat,
  finalize,
  ignoreElements,
  map,
  merge,
  mergeMap,
  NEVER,
  type Observable,
  of,
  Subject,
  take,
  tap,
  throwError,
} from 'rxjs';
import { describe, expect, test } from 'vitest';
import { type Feedback, loop } from '../../../src/operators/general/loop.js';
import { marbles } from '../../marbles.js';

interface Told {
  readonly type: string;
}
interface Heard extends Told {
  readonly seq: number;
}
interface History {
  types: string;
}
type Hearing = Feedback<Heard, History>;
type Body = (feedback: Hearing) => Observable<Told>;

/** Remembers the events, in order, and ignores `z`. */
const remember = () => {
  let seq = 0;
  const state: History = { types: '' };
  const stamp = ({ type }: Told): Heard => {
    seq += 1;
    return { type, seq };
  };
  const fold = ({ type }: Heard): boolean => {
    if (type === 'z') return false;
    state.types += type;
    return true;
  };
  return { stamp, state, fold };
};

const typed = map((type: string): Told => ({ type }));
const looped = (body: Body) => loop(remember, body).pipe(map(({ type }) => type));

/** Emits all of `answers` as soon as it gets `type`. */
const answer = ({ on }: Hearing, type: string, ...answers: readonly string[]) =>
  on(type).pipe(
    mergeMap(() => answers),
    typed,
  );

describe('a loop', () => {
  marbles('the body receives its own output in the same tick', ({ hot, expectObservable, expectSubscriptions }) => {
    const inside = hot('   a-------a---');
    const insideSubs = '   ^-----------';
    const expected = '     (ab)----(ab)';

    const body: Body = (feedback) => merge(inside.pipe(typed), answer(feedback, 'a', 'b'));
    expectObservable(looped(body)).toBe(expected);
    expectSubscriptions(inside.subscriptions).toBe(insideSubs);
  });

  marbles('on() emits only events of its type', ({ hot, expectObservable }) => {
    const inside = hot('   a---b---c---');
    const expected = '     a---(bx)c---';

    expectObservable(looped((feedback) => merge(inside.pipe(typed), answer(feedback, 'b', 'x')))).toBe(expected);
  });

  marbles('emits stamped events one after the other', ({ hot, expectObservable }) => {
    const inside = hot('   a---a---');
    const expected = '     (ab)(cd)';
    const values = {
      a: { type: 'a', seq: 1 },
      b: { type: 'b', seq: 2 },
      c: { type: 'a', seq: 3 },
      d: { type: 'b', seq: 4 },
    };

    const body: Body = (feedback) => merge(inside.pipe(typed), answer(feedback, 'a', 'b'));
    expectObservable(loop(remember, body)).toBe(expected, values);
  });

  marbles('state$ emits the current state on subscription and after each change', ({ hot, cold, expectObservable }) => {
    const inside = hot('   a---z---b---');
    const asks = cold('    --?---?---?-');
    const sums = '         --1---1---2-';

    const asked$ = new Subject<string>();
    const ask = ({ state$ }: Hearing) =>
      asks.pipe(
        mergeMap(() => state$.pipe(take(1))),
        tap(({ types }) => asked$.next(String(types.length))),
        ignoreElements(),
      );
    expectObservable(asked$).toBe(sums);
    expectObservable(looped((feedback) => merge(inside.pipe(typed), ask(feedback)))).toBe('a---z---b---');
  });

  marbles('state$ does not emit when an event leaves the state unchanged', ({ hot, expectObservable }) => {
    const inside = hot('   --a---z---b---');
    const changes = '      s-s-------s---';

    const changes$ = new Subject<string>();
    const watch = ({ state$ }: Hearing) =>
      state$.pipe(
        tap(() => changes$.next('s')),
        ignoreElements(),
      );
    expectObservable(changes$).toBe(changes);
    expectObservable(looped((feedback) => merge(watch(feedback), inside.pipe(typed)))).toBe('--a---z---b---');
  });

  marbles('each subscription has its own memory', ({ cold, expectObservable, expectSubscriptions }) => {
    const inside = cold('  -a-a|');
    const insideSubs = ['                    ^---!-----', '                    -----^---!'];
    const late = '         -----^----';
    const expected = '     -1-2|-----';
    const lateExpected = ' ------1-2|';

    const seqs = loop(remember, () => inside.pipe(typed)).pipe(map(({ seq }) => String(seq)));
    expectObservable(seqs).toBe(expected);
    expectObservable(seqs, late).toBe(lateExpected);
    expectSubscriptions(inside.subscriptions).toBe(insideSubs);
  });
});

/** Two listeners of one event, of which the first answers, and an outside subscriber that answers too. */
const rehearse = () => {
  const told: Readonly<Record<'first' | 'second' | 'outside', string[]>> = { first: [], second: [], outside: [] };
  const pushed$ = new Subject<string>();
  const listen = (who: 'first' | 'second', { on }: Hearing) =>
    merge(on('a'), on('b'), on('c')).pipe(
      tap(({ type }) => told[who].push(type)),
      ignoreElements(),
    );
  const body: Body = (feedback) =>
    merge(
      listen('first', feedback),
      answer(feedback, 'a', 'b'),
      pushed$.pipe(typed),
      listen('second', feedback),
      of('a').pipe(typed),
    );
  const subscription = loop(remember, body).subscribe(({ type }) => {
    told.outside.push(type);
    if (type === 'a') pushed$.next('c');
  });
  return { told, subscription };
};

describe('an event that follows from another', () => {
  test('is delivered to all subscribers after the current event, in the same order', () => {
    const { told } = rehearse();
    expect(told).toEqual({ first: ['a', 'b', 'c'], second: ['a', 'b', 'c'], outside: ['a', 'b', 'c'] });
  });

  marbles('is delivered after earlier events', ({ cold, expectObservable }) => {
    const inside = cold('  s--------');
    const expected = '     (saaabbb)';

    const body: Body = (feedback) =>
      merge(answer(feedback, 'a', 'b'), answer(feedback, 's', 'a', 'a', 'a'), inside.pipe(typed));
    expectObservable(looped(body)).toBe(expected);
  });

  test('is delivered with the state that includes it', () => {
    const states: string[] = [];
    const body: Body = (feedback) =>
      merge(
        answer(feedback, 'a', 'b'),
        merge(feedback.on('a'), feedback.on('b')).pipe(
          mergeMap(() => feedback.state$.pipe(take(1))),
          tap(({ types }) => states.push(types)),
          ignoreElements(),
        ),
        of('a').pipe(typed),
      );
    loop(remember, body).subscribe();
    expect(states).toEqual(['a', 'ab']);
  });
});

describe('what is said the short way', () => {
  test('emit() queues like every other event', () => {
    const told: string[] = [];
    loop(remember, ({ on, emit }) =>
      merge(
        on('a').pipe(
          tap(() => emit({ type: 'b' })),
          ignoreElements(),
        ),
        on('a').pipe(
          map(() => 'c'),
          typed,
        ),
        on('c').pipe(
          tap(() => told.push('c is heard')),
          ignoreElements(),
        ),
        of('a').pipe(typed),
      ),
    ).subscribe(({ type, seq }) => told.push(`${type}${seq}`));
    expect(told).toEqual(['a1', 'b2', 'c is heard', 'c3']);
  });

  test('is not delivered after unsubscribing', () => {
    const told: string[] = [];
    const said$ = new Subject<Told>();
    const subscription = loop(remember, ({ emit }) => {
      said$.subscribe(emit);
      return NEVER;
    }).subscribe(({ type }) => told.push(type));
    said$.next({ type: 'a' });
    subscription.unsubscribe();
    said$.next({ type: 'b' });
    expect(told).toEqual(['a']);
  });
});

describe('the end', () => {
  marbles('happens with the body', ({ hot, expectObservable, expectSubscriptions }) => {
    const inside = hot('   a---b--|');
    const insideSubs = '   ^------!';
    const expected = '     a---b--|';

    expectObservable(looped(() => inside.pipe(typed))).toBe(expected);
    expectSubscriptions(inside.subscriptions).toBe(insideSubs);
  });

  marbles(
    'happens after everything emitted before has been delivered',
    ({ hot, expectObservable, expectSubscriptions }) => {
      const inside = hot('   a---a---');
      const insideSubs = '   ^---!---';
      const expected = '     (ab)(abcd|)';

      const body: Body = (feedback) =>
        merge(inside.pipe(typed), answer(feedback, 'a', 'b')).pipe(take(4), (said$) =>
          concat(said$, of('c', 'd').pipe(typed)),
        );
      expectObservable(looped(body)).toBe(expected);
      expectSubscriptions(inside.subscriptions).toBe(insideSubs);
    },
  );

  marbles(
    'as an error happens after everything emitted before has been delivered',
    ({ hot, expectObservable, expectSubscriptions }) => {
      const inside = hot('   a---a---');
      const insideSubs = '   ^---!---';
      const expected = '     (ab)(abc#)';

      const body: Body = (feedback) =>
        merge(inside.pipe(typed), answer(feedback, 'a', 'b')).pipe(take(4), (said$) =>
          concat(
            said$,
            of('c').pipe(typed),
            throwError(() => 'error'),
          ),
        );
      expectObservable(looped(body)).toBe(expected);
      expectSubscriptions(inside.subscriptions).toBe(insideSubs);
    },
  );

  marbles('by unsubscribing unsubscribes the body', ({ hot, expectObservable, expectSubscriptions }) => {
    const inside = hot('   a---b---c---');
    const insideSubs = '   ^-----!-----';
    const unsub = '        ------!-----';
    const expected = '     a---b-------';

    expectObservable(
      looped(() => inside.pipe(typed)),
      unsub,
    ).toBe(expected);
    expectSubscriptions(inside.subscriptions).toBe(insideSubs);
  });

  marbles('in the middle of a delivery drops queued events', ({ hot, expectObservable, expectSubscriptions }) => {
    const inside = hot('   a---a---');
    const insideSubs = '   (^!)----';
    const expected = '     (ab|)---';

    const listened$ = new Subject<string>();
    const body: Body = (feedback) =>
      merge(
        answer(feedback, 'a', 'b', 'c'),
        feedback.on('c').pipe(
          tap(({ type }) => listened$.next(type)),
          ignoreElements(),
        ),
        inside.pipe(typed),
      );
    expectObservable(listened$).toBe('');
    expectObservable(looped(body).pipe(take(2))).toBe(expected);
    expectSubscriptions(inside.subscriptions).toBe(insideSubs);
  });

  test('in the middle of a delivery drops queued events, even in the tick of the subscription', () => {
    const told: string[] = [];
    const body: Body = (feedback) =>
      merge(
        feedback.on('b').pipe(
          tap(({ type }) => told.push(`inside ${type}`)),
          ignoreElements(),
        ),
        answer(feedback, 'a', 'b'),
        of('a').pipe(typed),
      );
    looped(body)
      .pipe(take(1))
      .subscribe((type) => told.push(`outside ${type}`));
    expect(told).toEqual(['outside a']);
  });

  test('in the middle of a delivery does not reduce queued events', () => {
    const remembered: string[] = [];
    const noting = () => {
      const memory = remember();
      const stamp = (said: Told) => {
        remembered.push(said.type);
        return memory.stamp(said);
      };
      return { ...memory, stamp };
    };
    loop(noting, (feedback) => merge(answer(feedback, 'a', 'b'), of('a').pipe(typed)))
      .pipe(take(1))
      .subscribe();
    expect(remembered).toEqual(['a']);
  });

  marbles('by unsubscribing completes the feedback before the body is unsubscribed', ({ hot, expectObservable }) => {
    const inside = hot('   a---b---c---');
    const unsub = '        ------!-----';
    const ends = '         ------(sab)-';

    const ended$ = new Subject<string>();
    const listen = (source$: Observable<unknown>, name: string) =>
      source$.pipe(tap({ complete: () => ended$.next(name) }), ignoreElements());
    const body: Body = ({ on, state$ }) =>
      merge(listen(on('a'), 'a'), listen(state$, 's'), inside.pipe(typed)).pipe(finalize(() => ended$.next('b')));
    expectObservable(ended$).toBe(ends);
    expectObservable(looped(body), unsub).toBe('a---b-------');
  });
});
