import { describe } from 'vitest';
import { map, type Observable, Subject, tap } from 'rxjs';
import type { LeaderDraft } from '../../../src/features/leader/events.js';
import { withLeadership } from '../../../src/features/leader/withLeadership.js';
import type { Process, ProcessEvent } from '../../../src/host/host.js';
import { marbles, puppet, ref } from '../../marbles.js';

const slotRef = { cluster: 'test', slot: 1, generation: 1 };
const worker = ref();

/** A process, what it may do, the orders that it gets, and what is emitted of its term: `r` it has resigned, `c` its channel has closed, `e` it has ended, `g` it had begun to leave. */
const acted = () => {
  const { process, orders$ } = puppet();
  const events: Readonly<Record<string, ProcessEvent>> = {
    f: { type: 'fork', process },
    o: { type: 'online' },
    n: { type: 'frame', feature: 'leader', body: { resigned: true } },
    z: { type: 'frame', feature: 'leader', body: 'nonsense' },
    y: { type: 'frame', feature: 'another', body: {} },
    d: { type: 'disconnect' },
    x: { type: 'exit', code: 0, signal: null, spawn: false },
  };
  const drafts$ = new Subject<LeaderDraft>();
  const ends: Readonly<Record<string, LeaderDraft>> = {
    r: { type: 'leader-end', worker, why: 'it leaves' },
    c: { type: 'leader-end', worker, why: 'its channel has closed' },
    e: { type: 'leader-end', worker, why: 'its process has ended' },
    g: { type: 'leader-end', worker, why: 'it had begun to leave' },
  };
  const emit = (draft: LeaderDraft) => drafts$.next(draft);
  return { events, orders$, drafts$, ends, emit };
};

/** Asks the process to leave when it emits an event of this type. */
const disconnectAt = (type: ProcessEvent['type']) => {
  let process: Process | undefined;
  return (event: ProcessEvent) => {
    if (event.type === 'fork') ({ process } = event);
    if (event.type === type) process?.disconnect();
  };
};

const begins = { b: { worker: { id: 1 } }, c: { worker: { id: 2 } } };

/** What is passed on, by type. */
const shown = (source$: Observable<ProcessEvent>): Observable<string> =>
  source$.pipe(map(({ type }) => type.slice(0, 1)));

describe('the term of a process', () => {
  marbles(
    'ends with its answer, and with nothing that comes after it',
    ({ cold, hot, expectObservable, expectSubscriptions }) => {
      const { events, orders$, drafts$, ends, emit } = acted();
      const begin = hot('     ---b----------', begins);
      const beginSubs = '     ^----------!--';
      const source = cold('   fo-----n-ndx|', events);
      const orders = '        ---l----------';
      const drafts = '        -------r------';
      const expected = '      fo--------de|';

      expectObservable(orders$).toBe(orders);
      expectObservable(drafts$).toBe(drafts, ends);
      expectObservable(shown(source.pipe(withLeadership(begin, emit, slotRef)))).toBe(expected);
      expectSubscriptions(begin.subscriptions).toBe(beginSubs);
    },
  );

  marbles('ends when its channel closes, before the disconnect is emitted', ({ cold, hot, expectObservable }) => {
    const { events, drafts$, ends, emit } = acted();
    const begin = hot('     ---b-----------', begins);
    const source = cold('   fo------d----x|', events);
    const drafts = '        --------c------';
    const expected = '      fo------d----e|';

    expectObservable(drafts$).toBe(drafts, ends);
    expectObservable(shown(source.pipe(withLeadership(begin, emit, slotRef)))).toBe(expected);
  });

  marbles('ends with its exit, which is the last', ({ cold, hot, expectObservable }) => {
    const { events, drafts$, ends, emit } = acted();
    const begin = hot('     ---b-----------', begins);
    const source = cold('   fo------x---|', events);
    const drafts = '        --------e----';
    const expected = '      fo------e---|';

    expectObservable(drafts$).toBe(drafts, ends);
    expectObservable(shown(source.pipe(withLeadership(begin, emit, slotRef)))).toBe(expected);
  });

  marbles(
    'does not begin with that of another, and a worker without a term resigns from nothing',
    ({ cold, hot, expectObservable, expectSubscriptions }) => {
      const { events, orders$, drafts$, emit } = acted();
      const begin = hot('     ---c-------', begins);
      const beginSubs = '     ^--------!-';
      const source = cold('   fo---n-d-x|', events);
      const expected = '      fo-----d-e|';

      expectObservable(orders$).toBe('');
      expectObservable(drafts$).toBe('');
      expectObservable(shown(source.pipe(withLeadership(begin, emit, slotRef)))).toBe(expected);
      expectSubscriptions(begin.subscriptions).toBe(beginSubs);
    },
  );

  marbles('is over at once for a process that was asked to leave', ({ cold, hot, expectObservable }) => {
    const { events, orders$, drafts$, ends, emit } = acted();
    const begin = hot('     ---b--', begins);
    const source = cold('   fo----', events);
    const orders = '        -d----';
    const drafts = '        ---g--';

    expectObservable(orders$).toBe(orders);
    expectObservable(drafts$).toBe(drafts, ends);
    expectObservable(shown(source.pipe(withLeadership(begin, emit, slotRef), tap(disconnectAt('online'))))).toBe(
      'fo----',
    );
  });

  marbles(
    'of a process that is asked to leave ends when it has been told and has confirmed',
    ({ cold, hot, expectObservable }) => {
      const { events, orders$, drafts$, ends, emit } = acted();
      const begin = hot('     --b-----', begins);
      const source = cold('   f---on--', events);
      // It is told that it is the leader; then that it no longer is, before it is asked to leave.
      const orders = '        --l-(ld)--';
      const drafts = '        -----r--';

      expectObservable(orders$).toBe(orders);
      expectObservable(drafts$).toBe(drafts, ends);
      expectObservable(shown(source.pipe(withLeadership(begin, emit, slotRef), tap(disconnectAt('online'))))).toBe(
        'f---o---',
      );
    },
  );

  marbles(
    'takes no nonsense for an answer, and leaves the frames of others alone',
    ({ cold, hot, expectObservable }) => {
      const { events, drafts$, emit } = acted();
      const begin = hot('     --b-----', begins);
      const source = cold('   f---zy--', events);

      expectObservable(drafts$).toBe('');
      expectObservable(shown(source.pipe(withLeadership(begin, emit, slotRef)))).toBe('f----f--');
    },
  );

  marbles('does not begin after unsubscription', ({ cold, hot, expectObservable, expectSubscriptions }) => {
    const { events, orders$, emit } = acted();
    const begin = hot('     -----b---', begins);
    const source = cold('   fo-------', events);
    const once = '          ^--!-----';

    expectObservable(orders$).toBe('');
    expectObservable(shown(source.pipe(withLeadership(begin, emit, slotRef))), once).toBe('fo-------');
    expectSubscriptions(source.subscriptions).toBe(once);
    expectSubscriptions(begin.subscriptions).toBe(once);
  });
});
