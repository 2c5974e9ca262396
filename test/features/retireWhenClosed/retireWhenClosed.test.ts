import { Subject } from 'rxjs';
import { describe } from 'vitest';
import type { ClosedDraft } from '../../../src/features/retireWhenClosed/events.js';
import type { ProcessEvent } from '../../../src/host/host.js';
import { retireWhenClosed } from '../../../src/features/retireWhenClosed/retireWhenClosed.js';
import { marbles, puppet, ref } from '../../marbles.js';

const slotRef = { cluster: 'test', slot: 1, generation: 1 };

const acted = () => {
  const { process, orders$ } = puppet();
  const events: Readonly<Record<string, ProcessEvent>> = {
    f: { type: 'fork', process },
    o: { type: 'online' },
    l: { type: 'listening', address: { address: null, port: 80, addressType: 4 } },
    c: { type: 'frame', feature: 'retireWhenClosed', body: { closed: true } },
    g: { type: 'leaving', why: 'it has closed its servers' },
    d: { type: 'disconnect' },
    x: { type: 'exit', code: 0, signal: null, spawn: false },
  };
  const drafts$ = new Subject<ClosedDraft>();
  return { events, orders$, drafts$, emit: (draft: ClosedDraft) => drafts$.next(draft) };
};

describe('a process that has closed its servers', () => {
  marbles('is asked to go, and leaves on its own account', ({ cold, expectObservable, expectSubscriptions }) => {
    const { events, orders$, drafts$, emit } = acted();
    const source = cold('   fo--l----c-----dx|', events);
    const subs = '          ^----------------!';
    const orders = '        ---------d--------';
    const drafts = '        ---------c--------';
    const expected = '      fo--l----(cg)--dx|';

    expectObservable(orders$).toBe(orders);
    expectObservable(drafts$).toBe(drafts, { c: { type: 'closed', worker: ref() } });
    expectObservable(source.pipe(retireWhenClosed(true, emit, slotRef))).toBe(expected, events);
    expectSubscriptions(source.subscriptions).toBe(subs);
  });

  marbles(
    'is unsubscribed with its subscriber, and no other process is affected',
    ({ cold, expectObservable, expectSubscriptions }) => {
      const { events, orders$, drafts$, emit } = acted();
      const source = cold('   fo--l-----dx|', events);
      const unsub = '         ------!';
      const expected = '      fo--l--';

      expectObservable(orders$).toBe('');
      expectObservable(drafts$).toBe('');
      expectObservable(source.pipe(retireWhenClosed(true, emit, slotRef)), unsub).toBe(expected, events);
      expectSubscriptions(source.subscriptions).toBe('^-----!');
    },
  );

  marbles('is only reported if ready does not mean listening', ({ cold, expectObservable }) => {
    const { events, orders$, drafts$, emit } = acted();
    const source = cold('   fo--l----c-----dx|', events);
    const expected = '      fo--l----c-----dx|';

    expectObservable(orders$).toBe('');
    expectObservable(drafts$).toBe('---------c--------', { c: { type: 'closed', worker: ref() } });
    expectObservable(source.pipe(retireWhenClosed(false, emit, slotRef))).toBe(expected, events);
  });
});
