import { BehaviorSubject, filter, map, NEVER, type Observable, of, pipe } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { Address, ProcessDraft, WorkerDraft } from '../../../src/vocabulary/events.js';
import { is } from '../../../src/api/is.js';
import { type Ready, ready } from '../../../src/operators/lifecycle/ready.js';
import { asLetters, life, marbles, plainError, ref, withoutStacks } from '../../marbles.js';

const told =
  (when: Ready, listened$: Observable<boolean> = NEVER) =>
  (life$: Observable<Exclude<WorkerDraft, { type: 'ready' | 'available' | 'stable' | 'overdue' }>>) =>
    life$.pipe(ready(when, 5, listened$), asLetters());

const message = (said: unknown) => ({ type: 'message', worker: ref(), message: said }) as const;

/** `m`: says that it is ready, `n`: the same in other words, `p`: says something else. */
const talk = () => {
  const { f, o, l, c } = life();
  return {
    f,
    o,
    l,
    c,
    x: life().x,
    m: message('ready'),
    n: message({ cmd: 'ready' }),
    p: message('hello'),
    q: message(null),
  };
};

const on = (port: number): Address => ({ address: null, port, addressType: 4 });
const listening = (port: number) => ({ type: 'listening', worker: ref(), address: on(port) }) as const;
const replacing = (places$: Observable<readonly Address[]>, when: Ready = 'listening', readyTimeout = 12) =>
  ready(when, 5, of(true), { places$, readyTimeout });

describe("'online'", () => {
  marbles('is what makes it ready, once', ({ cold, expectObservable, expectSubscriptions }) => {
    const source = cold('  f-o---o--l--x|', talk());
    const sourceSubs = '   ^------------!';
    const expected = '     f-(or)o--l--x|';

    expectObservable(source.pipe(told('online'))).toBe(expected);
    expectSubscriptions(source.subscriptions).toBe(sourceSubs);
  });
});

describe("'listening'", () => {
  marbles('is what makes it ready, once', ({ cold, expectObservable, expectSubscriptions }) => {
    const source = cold('  f-o--l---l--x|', talk());
    const sourceSubs = '   ^------------!';
    const expected = '     f-o--(lr)l--x|';

    expectObservable(source.pipe(told('listening'))).toBe(expected);
    expectSubscriptions(source.subscriptions).toBe(sourceSubs);
  });

  marbles('emits the worker that is ready', ({ cold, expectObservable }) => {
    const source = cold('  f-o--l----', talk());
    const expected = '     f-o--(lr)-';

    expectObservable(source.pipe(ready('listening', 5, NEVER))).toBe(expected, life());
  });
});

describe("'message'", () => {
  marbles('is what makes it ready, and is not passed on', ({ cold, expectObservable }) => {
    const source = cold('  f-o-l-p-m-p--x|', talk());
    const expected = '     f-o-l-m-r-m--x|';

    expectObservable(source.pipe(told('message'))).toBe(expected);
  });

  marbles('may be an object, and is not passed on when it comes again', ({ cold, expectObservable }) => {
    const source = cold('  f-o-q-n-m----x|', talk());
    const expected = '     f-o-m-r------x|';

    expectObservable(source.pipe(told('message'))).toBe(expected);
  });

  marbles('is an ordinary one where something else makes it ready', ({ cold, expectObservable }) => {
    const source = cold('  f-m-l---------', talk());
    const expected = '     f-m-(lr)------';

    expectObservable(source.pipe(told('listening'))).toBe(expected);
  });
});

describe('a predicate', () => {
  marbles('makes it ready with the first event for which it is true', ({ cold, expectObservable }) => {
    const source = cold('  f-o--p---p---x|', talk());
    const expected = '     f-o--(mr)m---x|';

    expectObservable(source.pipe(told(({ type }) => type === 'message'))).toBe(expected);
  });

  marbles('that throws counts as false, and is reported', ({ cold, expectObservable }) => {
    const boom = new Error('boom');
    const source = cold('  f-o---l-----', talk());
    const expected = '     f-(oe)(lr)--';
    const error = new Error('ready: the predicate threw on online', { cause: boom });

    const picky = ready(
      ({ type }) => {
        if (type === 'online') throw boom;
        return type === 'listening';
      },
      5,
      NEVER,
    );
    expectObservable(source.pipe(picky, withoutStacks())).toBe(expected, {
      ...life(),
      e: { type: 'error', worker: ref(), error: plainError(error) },
      r: { type: 'ready', worker: ref(), why: "the predicate is true for 'listening'" },
    });
  });
});

const later = async () => {
  throw new Error('later');
};

test('a predicate that is async counts as false and is reported, and its rejection does not end the process', async () => {
  const heard: unknown[] = [];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const predicate = later as unknown as () => boolean;
  of<ProcessDraft>({ type: 'online', worker: ref() })
    .pipe(ready(predicate, 5, NEVER))
    .subscribe((event) => heard.push(event.type === 'error' ? event.error.message : event.type));
  expect(heard).toEqual([
    'online',
    'ready: the predicate has to return true or false at once, but returned a promise on online',
  ]);
  // An unhandled rejection would be reported by then.
  await new Promise((resolve) => setImmediate(resolve));
});

describe("'auto'", () => {
  marbles('is listening, whether anybody has listened or not', ({ cold, expectObservable }) => {
    const source = cold('  f-o-l------x|', talk());
    const expected = '     f-o-(lr)---x|';

    expectObservable(source.pipe(told('auto', of(false)))).toBe(expected);
    expectObservable(source.pipe(told('auto', of(true)))).toBe(expected);
  });

  marbles(
    'is having been online for minReadyTime if no worker has listened',
    ({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('    f-o------x|', talk());
      const listened = cold('         n---', { n: false });
      const listenedSubs = '   -------(^!)';
      const expected = '       f-o----r-x|';

      expectObservable(source.pipe(told('auto', listened))).toBe(expected);
      expectSubscriptions(listened.subscriptions).toBe(listenedSubs);
    },
  );

  marbles('is not that where another has listened', ({ cold, expectObservable }) => {
    const source = cold('  f-o------x|', talk());
    const expected = '     f-o------x|';

    expectObservable(source.pipe(told('auto', of(true)))).toBe(expected);
  });

  marbles('asks whether one has listened when the time has come, not before', ({ cold, hot, expectObservable }) => {
    const source = cold('  f-o------x|', talk());
    const listen = hot('   ---y------', { y: true });
    const expected = '     f-o------x|';

    const listened$ = new BehaviorSubject(false);
    listen.subscribe(listened$);
    expectObservable(source.pipe(told('auto', listened$))).toBe(expected);
  });

  marbles('can still be listening after another has listened', ({ cold, expectObservable }) => {
    const source = cold('  f-o------l---', talk());
    const expected = '     f-o------(lr)';

    expectObservable(source.pipe(told('auto', of(true)))).toBe(expected);
  });
});

describe('a worker that replaces another', () => {
  /** `l`, `m`, `n`: listens on 80, 81, 82. */
  const ports = { ...talk(), l: listening(80), m: listening(81), n: listening(82) };
  const both = of([on(80), on(81)]);

  marbles('is ready when it listens on everything that the other listened on', ({ cold, expectObservable }) => {
    const source = cold('  f-o-l--n--m---', ports);
    const expected = '     f-o-l--l--(lr)';

    for (const when of ['auto', 'listening'] as const)
      expectObservable(source.pipe(replacing(both, when, 50), asLetters())).toBe(expected);
  });

  marbles('is ready with the first port where the other listened nowhere', ({ cold, expectObservable }) => {
    const source = cold('  f-o-l-----m---', ports);
    const expected = '     f-o-(lr)--l---';

    expectObservable(source.pipe(replacing(of([])), asLetters())).toBe(expected);
  });

  marbles('is not asked where it listens if something else makes it ready', ({ cold, expectObservable }) => {
    const source = cold('  f-o-----l-----', ports);
    const expected = '     f-(or)--l-----';

    expectObservable(source.pipe(replacing(both, 'online'), asLetters())).toBe(expected);
  });

  marbles('is ready when the other has closed what is missing', ({ cold, hot, expectObservable }) => {
    const source = cold('  f-o-l---------', ports);
    const places = hot('   B-----A-------', { B: [on(80), on(81)], A: [on(80)] });
    const expected = '     f-o-l-r-------';

    const places$ = new BehaviorSubject<readonly Address[]>([on(80), on(81)]);
    places.subscribe(places$);
    expectObservable(source.pipe(replacing(places$), asLetters())).toBe(expected);
  });

  marbles(
    'is ready without what its release has dropped after readyTimeout, and says what it lacks',
    ({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('  f-o-l-----------x|', ports);
      const sourceSubs = '   ^----------------!';
      const expected = '     f-o-l-------R---x|';

      const why = 'listens on *:80, and 12 ms after its fork not on *:81, where the worker before it listened';
      const R: WorkerDraft = { type: 'ready', worker: ref(), why, lacks: [on(81)] };
      expectObservable(source.pipe(replacing(both))).toBe(expected, { ...ports, R });
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
    },
  );

  marbles('is not ready after readyTimeout where it listens nowhere', ({ cold, expectObservable }) => {
    const source = cold('  f-o-----------l-----m---', ports);
    const expected = '     f-o-----------l-----(lr)';

    expectObservable(source.pipe(replacing(both), asLetters())).toBe(expected);
  });

  marbles('never is once it has been asked to leave', ({ cold, expectObservable }) => {
    const source = cold('  f-o-l-t-m-----x|', { ...ports, t: life().t });
    const expected = '     f-o-l-t-l-----x|';

    expectObservable(source.pipe(replacing(both), asLetters())).toBe(expected);
  });
});

describe('a life that ends', () => {
  marbles('is not ready for anything once it has been asked to', ({ cold, expectObservable }) => {
    const source = cold('    f-o-t-l-x|', { ...talk(), t: life().t });
    const expected = '       f-o-t-l-x|';

    expectObservable(source.pipe(told('listening'))).toBe(expected);
  });

  marbles('before it is ready never is', ({ cold, expectObservable, expectSubscriptions }) => {
    const source = cold('    f-o---c--|', talk());
    const sourceSubs = '     ^--------!';
    const listened = cold('         n', { n: false });
    const expected = '       f-o---x--|';

    expectObservable(source.pipe(told('auto', listened))).toBe(expected);
    expectSubscriptions(source.subscriptions).toBe(sourceSubs);
    expectSubscriptions(listened.subscriptions).toBe([]);
  });

  marbles('with an error ends with that', ({ cold, expectObservable, expectSubscriptions }) => {
    const source = cold('  f-o-c#', talk());
    const sourceSubs = '   ^----!';
    const expected = '     f-o-x#';

    expectObservable(source.pipe(told('auto', of(false)))).toBe(expected);
    expectSubscriptions(source.subscriptions).toBe(sourceSubs);
  });

  marbles('is unsubscribed when the result is', ({ cold, expectObservable, expectSubscriptions }) => {
    const source = cold('    f-o------', talk());
    const sourceSubs = '     ^---!----';
    const listened = cold('         n', { n: false });
    const unsub = '          ----!----';
    const expected = '       f-o------';

    expectObservable(source.pipe(told('auto', listened)), unsub).toBe(expected);
    expectSubscriptions(source.subscriptions).toBe(sourceSubs);
    expectSubscriptions(listened.subscriptions).toBe([]);
  });
});

marbles('events during the subscription are received', ({ cold, expectObservable }) => {
  const source = cold('  (fol)-----', talk());
  const expected = '     (folr)----';

  expectObservable(source.pipe(told('listening'))).toBe(expected);
});

const reasons = (when: Ready, listened$: Observable<boolean> = NEVER) =>
  pipe(
    ready(when, 5, listened$),
    filter(is('ready')),
    map(({ why }) => why),
  );

describe('why it is ready', () => {
  marbles('is where it listens', ({ cold, expectObservable }) => {
    const source = cold('  f-o-l------', talk());
    const expected = '     ----r------';

    expectObservable(source.pipe(reasons('auto'))).toBe(expected, { r: 'listens on *:80' });
    expectObservable(source.pipe(reasons('listening'))).toBe(expected, { r: 'listens on *:80' });
  });

  marbles('is how long it has been online', ({ cold, expectObservable }) => {
    const source = cold('  f-o--------', talk());

    expectObservable(source.pipe(reasons('auto', of(false)))).toBe('-------r---', { r: 'online for 5 ms' });
    expectObservable(source.pipe(reasons('online'))).toBe('        --r--------', { r: 'is online' });
  });

  marbles('is what it said', ({ cold, expectObservable }) => {
    const source = cold('  f-o--n-----', talk());
    const expected = '     -----r-----';

    expectObservable(source.pipe(reasons('message'))).toBe(expected, { r: "sent 'ready'" });
    const says = reasons(({ type }) => type === 'message');
    expectObservable(source.pipe(says)).toBe(expected, { r: "the predicate is true for 'message'" });
  });
});
