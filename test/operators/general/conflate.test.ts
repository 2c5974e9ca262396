import { map, type Observable, of } from 'rxjs';
import { describe } from 'vitest';
import { conflate } from '../../../src/operators/general/conflate.js';
import { marbles } from '../../marbles.js';

/** A run is called by those who share it. */
const runs = (named: Readonly<Record<string, Observable<string>>>) =>
  conflate((together: readonly string[]) => named[together.join('')] ?? of('?'));

describe('conflate', () => {
  marbles('lets all who come during a run share one more', ({ hot, cold, expectObservable, expectSubscriptions }) => {
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

  marbles('begins a run at once when none is under way', ({ hot, cold, expectObservable, expectSubscriptions }) => {
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
    'collects anew during each run, and nobody is served twice',
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
    'lets those of one key share, in the order in which the first of each came',
    ({ hot, cold, expectObservable }) => {
      const source = hot('    (xaxbya)|            ');
      const expected = '      ----0----1----2----3|';

      const shared: string[] = [];
      const sharing = conflate(
        (together: readonly string[], index) => {
          shared.push(together.join(''));
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

  marbles('counts the runs, not those who asked', ({ hot, cold, expectObservable }) => {
    const source = hot('    a-bcd------e-----');
    const expected = '      ----0----1-----2-';

    const counting = conflate((_: readonly string[], index) => cold('----i|', { i: String(index) }));
    expectObservable(source.pipe(counting)).toBe(expected);
  });

  marbles('runs those who ask in one tick one by one if a run takes no time', ({ cold, expectObservable }) => {
    const source = cold('   (abc|)');
    const expected = '      (ABC|)';

    expectObservable(source.pipe(runs({ a: of('A'), b: of('B'), c: of('C') }))).toBe(expected);
  });

  marbles('lets all who ask in the tick of the first share the second run', ({ cold, expectObservable }) => {
    const source = cold('   (abc|)');
    const a = cold('        --|   ');
    const bc = cold('         --B|');
    const expected = '      ----B|';

    expectObservable(source.pipe(runs({ a, bc }))).toBe(expected);
  });

  marbles(
    'completes when the source has, and nobody waits or runs',
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
    'ends with an error of the source, and the run with it',
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
    'ends with an error of a run, and lets go of the source',
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
    'unsubscribed, lets go of source and run, and of those who wait',
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

  marbles('lets nobody wait for the run of another subscription', ({ cold, expectObservable }) => {
    const source = cold('   a--b------|');
    const late = '          -^---------';
    const expected = '      ----0----1|';
    const lateExpected = '  -----0----1|';

    const result = source.pipe(conflate((_: readonly string[], index) => cold('----i|', { i: String(index) })));
    expectObservable(result).toBe(expected);
    expectObservable(result, late).toBe(lateExpected);
  });
});
