import { describe } from 'vitest';
import { withCompanion } from '../../../src/operators/general/withCompanion.js';
import { marbles } from '../../marbles.js';

describe('withCompanion', () => {
  marbles('the companion lasts as long as the source', ({ hot, cold, expectObservable, expectSubscriptions }) => {
    const source = cold('   --a---b-|   ');
    const companion = hot(' -1---2-----3');
    const companionSubs = ' ^-------!   ';
    const expected = '      -1a--2b-|   ';

    expectObservable(source.pipe(withCompanion(companion))).toBe(expected);
    expectSubscriptions(companion.subscriptions).toBe(companionSubs);
  });

  marbles('does not complete with the companion', ({ cold, expectObservable, expectSubscriptions }) => {
    const source = cold('    --a---b-|');
    const sourceSubs = '     ^-------!';
    const companion = cold(' -1|      ');
    const expected = '       -1a---b-|';

    expectObservable(source.pipe(withCompanion(companion))).toBe(expected);
    expectSubscriptions(source.subscriptions).toBe(sourceSubs);
  });

  marbles('errors with either, and unsubscribes from both', ({ cold, expectObservable, expectSubscriptions }) => {
    const source = cold('    --a---b-|');
    const sourceSubs = '     ^---!    ';
    const companion = cold(' -1--#    ');
    const expected = '       -1a-#    ';

    expectObservable(source.pipe(withCompanion(companion))).toBe(expected);
    expectSubscriptions(source.subscriptions).toBe(sourceSubs);
  });
});
