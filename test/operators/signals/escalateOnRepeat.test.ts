import { map } from 'rxjs';
import { describe } from 'vitest';
import { escalateOnRepeat } from '../../../src/operators/signals/escalateOnRepeat.js';
import { hour, marbles, now, setTimeOfDayAt } from '../../marbles.js';

const insistence = (patience: number) => (source$: Parameters<ReturnType<typeof escalateOnRepeat>>[0]) =>
  source$.pipe(
    escalateOnRepeat(patience, now),
    map((action) => (action === 'force' ? 'f' : 's')),
  );

describe('escalateOnRepeat', () => {
  marbles(
    'a late repetition forces, an early one counts as the first',
    ({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('  c-c-----c--');
      const sourceSubs = '  ^----------';
      const expected = '    s-s-----f--';

      expectObservable(source.pipe(insistence(5))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
    },
  );

  marbles('a repetition after exactly the interval forces', ({ hot, expectObservable }) => {
    const source = hot('  --c---cc---');
    const expected = '    --s---sf---';

    expectObservable(source.pipe(insistence(5))).toBe(expected);
  });

  marbles('the interval is measured from the first signal', ({ hot, expectObservable }) => {
    const source = hot('  --c--c--c--c');
    const expected = '    --s--s--f--f';

    expectObservable(source.pipe(insistence(5))).toBe(expected);
  });

  marbles('a change of the system clock makes no difference', (t) => {
    for (const by of [hour, -hour]) {
      const source = t.hot('  c---c-----c--');
      const expected = '      s---s-----f--';

      setTimeOfDayAt(2, by);
      t.expectObservable(source.pipe(insistence(5))).toBe(expected);
    }
  });

  marbles('each subscription has its own interval', ({ hot, expectObservable }) => {
    const source = hot('  c----c----c-');
    const late = '        ---^--------';
    const expected = '    s----f----f-';
    const lateExpected = '-----s----f-';

    const result = source.pipe(insistence(5));
    expectObservable(result).toBe(expected);
    expectObservable(result, late).toBe(lateExpected);
  });

  marbles('completes and errors with the source', ({ hot, expectObservable, expectSubscriptions }) => {
    const complete = hot('--c--|');
    const error = hot('   --c--#');
    const subs = '        ^----!';

    expectObservable(complete.pipe(insistence(5))).toBe('--s--|');
    expectObservable(error.pipe(insistence(5))).toBe('--s--#');
    expectSubscriptions(complete.subscriptions).toBe(subs);
    expectSubscriptions(error.subscriptions).toBe(subs);
  });

  marbles('unsubscribes from the source', ({ hot, expectObservable, expectSubscriptions }) => {
    const source = hot('  --c----c');
    const sourceSubs = '  ^---!---';
    const unsub = '       ----!---';
    const expected = '    --s-----';

    expectObservable(source.pipe(insistence(5)), unsub).toBe(expected);
    expectSubscriptions(source.subscriptions).toBe(sourceSubs);
  });
});
