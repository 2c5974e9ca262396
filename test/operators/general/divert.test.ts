import { Subject } from 'rxjs';
import { describe } from 'vitest';
import { divert } from '../../../src/operators/general/divert.js';
import { marbles } from '../../marbles.js';

const isM = (letter: string) => letter === 'm';

describe('divert', () => {
  marbles(
    'passes some values to a callback in order, and emits the others',
    ({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('  f-m-o-(mm)-x|');
      const sourceSubs = '   ^-----------!';
      const expected = '     f---o------x|';
      const diverted = '     --m---(mm)---';

      const other$ = new Subject<string>();
      expectObservable(other$).toBe(diverted);
      expectObservable(source.pipe(divert(isM, (letter) => other$.next(letter)))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
    },
  );

  marbles('passes on nothing after unsubscribing', ({ cold, expectObservable, expectSubscriptions }) => {
    const source = cold('  f-m-m-m');
    const sourceSubs = '   ^----!-';
    const unsub = '        -----!-';
    const expected = '     f------';
    const diverted = '     --m-m--';

    const other$ = new Subject<string>();
    expectObservable(other$).toBe(diverted);
    expectObservable(source.pipe(divert(isM, (letter) => other$.next(letter))), unsub).toBe(expected);
    expectSubscriptions(source.subscriptions).toBe(sourceSubs);
  });
});
