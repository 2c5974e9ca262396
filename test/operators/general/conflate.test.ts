import { map, type Observable, of } from 'rxjs';
import { describe } from 'vitest';
import { conflate } from '../../../src/operators/general/conflate.js';
import { marbles } from '../../marbles.js';

/** A run is named by the values that share it. */
const runs = (named: Readonly<Record<string, Observable<string>>>) =>
  conflate((collected: readonly string[]) => named[collected.join('')] ?? of('?'));

describe('conflate', () => {
  marbles('all values during a run share one further run', ({ hot, cold, expectObservable, expectSubscriptions }) => {
    const source = hot('    a---b-c-------------|');
    const sourceSubs = '    ^-------------------!';
    const a = cold('        ------A|             ');
    const aSubs = '         ^------!-------------';
    const bc = cold('              -----B|       ');
    const bcSubs = '        -------^-----!-------';
    const expected = '      ------A-----B-------|';

    expectObservable(source.pipe(runs({ a, bc }))).toBe(expected);
    expectSubscriptions(source.subscriptions).toBe(sourceSubs);
    expectSubscriptions(a.subscriptions).toBe(aSubs);
    expectSubscriptions(bc.subscriptions).toBe(bcSubs);
  });

  marbles('a run starts at once when none is active', ({ hot, cold, expectObservable, expectSubscriptions }) => {
    const source = hot('    a------b----');
    const a = cold('        --A|        ');
    const aSubs = '         ^--!--------';
    const b = cold('               --B| ');
    const bSubs = '         -------^--!-';
    const expected = '      --A------B--';

    expectObservable(source.pipe(runs({ a, b }))).toBe(expected);
    expectSubscriptions(a.subscriptions).toBe(aSubs);
    expectSubscriptions(b.subscriptions).toBe(bSubs);
  });

  marbles(
    'values are collected during each run, and each value belongs to one run',
    ({ hot, cold, expectObservable, expectSubscriptions }) => {
      const source = hot('    a-b-c--d-e----------');
      const a = cold('        -----|              ');
      const bc = cold('            -----|         ');
      const bcSubs = '        -----^----!---------';
      const de = cold('                 ----D|    ');
      const deSubs = '        ----------^----!----';
      const expected = '      --------------D-----';

      expectObservable(source.pipe(runs({ a, bc, de }))).toBe(expected);
      expectSubscriptions(bc.subscriptions).toBe(bcSubs);
      expectSubscriptions(de.subscriptions).toBe(deSubs);
    },
  );

  marbles(
    'values of one key share a run, in the order of the first value of each key',
    ({ hot, cold, expectObservable }) => {
      const source = hot('    (xaxbya)|            ');
      const expected = '      ----0----1----2----3|';

      const shared: string[] = [];
      const sharing = conflate(
        (collected: readonly string[], index) => {
          shared.push(collected.join(''));
          return cold('----i|', { i: String(index) });
        },
        (letter) => (letter === 'a' || letter === 'b' ? letter : 'others'),
      );
      expectObservable(source.pipe(sharing)).toBe(expected);
      expectObservable(hot('--------------------(s|)').pipe(map(() => shared.join(' ')))).toBe(
        '--------------------(s|)',
        {
          s: 'x aa xy b',
        },
      );
    },
  );

  marbles('the index counts runs, not values', ({ hot, cold, expectObservable }) => {
    const source = hot('    a-bcd------e-----');
    const expected = '      ----0----1-----2-';

    const counting = conflate((_: readonly string[], index) => cold('----i|', { i: String(index) }));
    expectObservable(source.pipe(counting)).toBe(expected);
  });

  marbles('values of one tick run one by one if the runs are synchronous', ({ cold, expectObservable }) => {
    const source = cold('   (abc|)');
    const expected = '      (ABC|)';

    expectObservable(source.pipe(runs({ a: of('A'), b: of('B'), c: of('C') }))).toBe(expected);
  });

  marbles('the other values of the first tick share the second run', ({ cold, expectObservable }) => {
    const source = cold('   (abc|)');
    const a = cold('        --|   ');
    const bc = cold('         --B|');
    const expected = '      ----B|';

    expectObservable(source.pipe(runs({ a, bc }))).toBe(expected);
  });

  marbles(
    'completes when the source has completed and nothing waits or runs',
    ({ hot, cold, expectObservable, expectSubscriptions }) => {
      const source = hot('    a--b-|------');
      const sourceSubs = '    ^----!------';
      const a = cold('        ----A|      ');
      const b = cold('             ---B-| ');
      const bSubs = '         -----^----!-';
      const expected = '      ----A---B-| ';

      expectObservable(source.pipe(runs({ a, b }))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
      expectSubscriptions(b.subscriptions).toBe(bSubs);
    },
  );

  marbles(
    'errors with the source and unsubscribes from the run',
    ({ hot, cold, expectObservable, expectSubscriptions }) => {
      const source = hot('    a--b-#------');
      const a = cold('        --A-----A|  ');
      const aSubs = '         ^----!------';
      const b = cold('                 B| ');
      const expected = '      --A--#------';

      expectObservable(source.pipe(runs({ a, b }))).toBe(expected);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(b.subscriptions).toBe([]);
    },
  );

  marbles(
    'errors with a run and unsubscribes from the source',
    ({ hot, cold, expectObservable, expectSubscriptions }) => {
      const source = hot('    a--b--------');
      const sourceSubs = '    ^----!------';
      const a = cold('        --A--#      ');
      const b = cold('             B|     ');
      const expected = '      --A--#------';

      expectObservable(source.pipe(runs({ a, b }))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
      expectSubscriptions(b.subscriptions).toBe([]);
    },
  );

  marbles(
    'unsubscribing unsubscribes source and run, and drops waiting values',
    ({ hot, cold, expectObservable, expectSubscriptions }) => {
      const source = hot('    a--b--------');
      const sourceSubs = '    ^---!-------';
      const a = cold('        --A--|      ');
      const aSubs = '         ^---!-------';
      const b = cold('             B|     ');
      const unsub = '         ----!-------';
      const expected = '      --A---------';

      expectObservable(source.pipe(runs({ a, b })), unsub).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(b.subscriptions).toBe([]);
    },
  );

  marbles('a subscription does not wait for the runs of another', ({ cold, expectObservable }) => {
    const source = cold('   a--b------|');
    const late = '          -^---------';
    const expected = '      ----0----1|';
    const lateExpected = '  -----0----1|';

    const result = source.pipe(conflate((_: readonly string[], index) => cold('----i|', { i: String(index) })));
    expectObservable(result).toBe(expected);
    expectObservable(result, late).toBe(lateExpected);
  });
});
