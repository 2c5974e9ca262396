import { map } from 'rxjs';
import { describe } from 'vitest';
import { uncontested } from '../../../src/operators/respawn/uncontested.js';
import { marbles } from '../../marbles.js';

const contested = { T: true, F: false };

describe('uncontested', () => {
  marbles('emits at once if the slot is not contested', ({ cold, expectObservable, expectSubscriptions }) => {
    const contest = cold('  F---------', contested);
    const contestSubs = '   (^!)------';
    const expected = '      (0|)------';

    expectObservable(uncontested(contest).pipe(map(String))).toBe(expected);
    expectSubscriptions(contest.subscriptions).toBe(contestSubs);
  });

  marbles('waits for the end of a contest', ({ cold, expectObservable, expectSubscriptions }) => {
    const contest = cold('  T---F--T--F-', contested);
    const contestSubs = '   ^---!-------';
    const expected = '      ----(0|)----';

    expectObservable(uncontested(contest).pipe(map(String))).toBe(expected);
    expectSubscriptions(contest.subscriptions).toBe(contestSubs);
  });

  marbles('continues to wait if the next contest begins at the same moment', ({ cold, expectObservable }) => {
    const contest = cold('  T---(FT)--F-', contested);
    const expected = '      ----------(0|)';

    expectObservable(uncontested(contest).pipe(map(String))).toBe(expected);
  });

  marbles('unsubscribes from the contest when unsubscribed', ({ cold, expectObservable, expectSubscriptions }) => {
    const contest = cold('  T---F---', contested);
    const contestSubs = '   ^-!-----';
    const unsub = '         --!-----';

    expectObservable(uncontested(contest), unsub).toBe('--------');
    expectSubscriptions(contest.subscriptions).toBe(contestSubs);
  });

  marbles('ends with an error of the contest', ({ cold, expectObservable }) => {
    const contest = cold('  T--#', contested);
    const expected = '      ---#';

    expectObservable(uncontested(contest)).toBe(expected);
  });
});
