import { describe } from 'vitest';
import type { ProcessEvent } from '../../../src/host/host.js';
import { retireWhenClosed } from '../../../src/features/retireWhenClosed/retireWhenClosed.js';
import { marbles, puppet } from '../../marbles.js';

const acted = () => {
  const { process, orders$ } = puppet();
  const events: Readonly<Record<string, ProcessEvent>> = {
    f: { type: 'fork', process },
    o: { type: 'online' },
    l: { type: 'listening', address: { address: null, port: 80, addressType: 4 } },
    c: { type: 'closed' },
    g: { type: 'leaving', why: 'it has closed its servers' },
    d: { type: 'disconnect' },
    x: { type: 'exit', code: 0, signal: null, spawn: false },
  };
  return { events, orders$ };
};

describe('a process that has closed its servers', () => {
  marbles('is asked to go, and leaves on its own account', ({ cold, expectObservable, expectSubscriptions }) => {
    const { events, orders$ } = acted();
    const source = cold('   fo--l----c-----dx|', events);
    const subs = '          ^----------------!';
    const orders = '        ---------d--------';
    const expected = '      fo--l----(cg)--dx|';

    expectObservable(orders$).toBe(orders);
    expectObservable(source.pipe(retireWhenClosed())).toBe(expected, events);
    expectSubscriptions(source.subscriptions).toBe(subs);
  });

  marbles(
    'is let go with who follows it, and any other is left alone',
    ({ cold, expectObservable, expectSubscriptions }) => {
      const { events, orders$ } = acted();
      const source = cold('   fo--l-----dx|', events);
      const unsub = '         ------!';
      const expected = '      fo--l--';

      expectObservable(orders$).toBe('');
      expectObservable(source.pipe(retireWhenClosed()), unsub).toBe(expected, events);
      expectSubscriptions(source.subscriptions).toBe('^-----!');
    },
  );
});
