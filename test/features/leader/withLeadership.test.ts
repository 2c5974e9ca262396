import { describe } from 'vitest';
import { concat, merge, NEVER, of, Subject } from 'rxjs';
import type { ProcessEvent } from '../../../src/host/host.js';
import { withLeadership } from '../../../src/features/leader/withLeadership.js';
import { marbles, puppet } from '../../marbles.js';

/** A process, what it may do, and the orders that it gets. */
const acted = () => {
  const { process, orders$ } = puppet();
  const events: Readonly<Record<string, ProcessEvent>> = {
    f: { type: 'fork', process },
    o: { type: 'online' },
    n: { type: 'resigned', why: 'it leaves' },
    c: { type: 'resigned', why: 'its channel has closed' },
    e: { type: 'resigned', why: 'its process has ended' },
    d: { type: 'disconnect' },
    x: { type: 'exit', code: 0, signal: null, spawn: false },
  };
  return { events, orders$ };
};

const begins = { b: { worker: { id: 1 } }, c: { worker: { id: 2 } } };

describe('the term of a process', () => {
  marbles(
    'ends with its answer, and with nothing that comes after it',
    ({ cold, hot, expectObservable, expectSubscriptions }) => {
      const { events, orders$ } = acted();
      const begin = hot('     ---b----------', begins);
      const beginSubs = '     ^--!----------';
      const source = cold('   fo-----n-nd-x|', events);
      const orders = '        ---l----------';
      const expected = '      fo-----n--d-x|';

      expectObservable(orders$).toBe(orders);
      expectObservable(source.pipe(withLeadership(begin))).toBe(expected, events);
      expectSubscriptions(begin.subscriptions).toBe(beginSubs);
    },
  );

  marbles('ends when its channel closes, before that is told', ({ cold, hot, expectObservable }) => {
    const { events } = acted();
    const begin = hot('     ---b-----------', begins);
    const source = cold('   fo------d----x|', events);
    const expected = '      fo------(cd)-x|';

    expectObservable(source.pipe(withLeadership(begin))).toBe(expected, events);
  });

  marbles('ends with its exit, which is the last', ({ cold, hot, expectObservable }) => {
    const { events } = acted();
    const begin = hot('     ---b-----------', begins);
    const source = cold('   fo------x---|', events);
    const expected = '      fo------(ex)|';

    expectObservable(source.pipe(withLeadership(begin))).toBe(expected, events);
  });

  marbles(
    'does not begin with that of another, and who has none resigns from nothing',
    ({ cold, hot, expectObservable, expectSubscriptions }) => {
      const { events, orders$ } = acted();
      const begin = hot('     ---c-------', begins);
      const beginSubs = '     ^---------!';
      const source = cold('   fo---n-d-x|', events);
      const expected = '      fo-----d-x|';

      expectObservable(orders$).toBe('');
      expectObservable(source.pipe(withLeadership(begin))).toBe(expected, events);
      expectSubscriptions(begin.subscriptions).toBe(beginSubs);
    },
  );

  marbles('ends at once when the answer comes at once', ({ hot, expectObservable }) => {
    const answers$ = new Subject<ProcessEvent>();
    const resigned: ProcessEvent = { type: 'resigned', why: 'it had begun to leave' };
    const process = { ...puppet().process, lead: () => answers$.next(resigned) };
    const born: ProcessEvent = { type: 'fork', process };
    const begin = hot('     ---b--', begins);
    const expected = '      f--n--';

    const source$ = merge(concat(of(born), NEVER), answers$);
    expectObservable(source$.pipe(withLeadership(begin))).toBe(expected, { f: born, n: resigned });
  });

  marbles('is nobody’s who is unsubscribed', ({ cold, hot, expectObservable, expectSubscriptions }) => {
    const { events, orders$ } = acted();
    const begin = hot('     -----b---', begins);
    const source = cold('   fo-------', events);
    const once = '          ^--!-----';

    expectObservable(orders$).toBe('');
    expectObservable(source.pipe(withLeadership(begin)), once).toBe('fo-------', events);
    expectSubscriptions(source.subscriptions).toBe(once);
    expectSubscriptions(begin.subscriptions).toBe(once);
  });
});
