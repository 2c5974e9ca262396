import { Subject } from 'rxjs';
import type { ProcessDraft } from '../../../src/vocabulary/events.js';
import { bypassMessages } from '../../../src/operators/messages/bypassMessages.js';
import { marbles, puppet, ref } from '../../marbles.js';

const { process } = puppet();
const seat = { cluster: 'test', slot: 1, generation: 1 };
const events = {
  f: { type: 'fork', process },
  o: { type: 'online' },
  m: { type: 'message', message: 'hello' },
  r: { type: 'message', message: 'ready' },
  w: { type: 'messages', messages: ['one', 'two'] },
  h: { type: 'message', message: 'take this', handle: 'a socket' },
  q: { type: 'message', message: 'what time is it', reply: () => {} },
  x: { type: 'exit', code: 0, signal: null, spawn: false },
} as const;

const minds = (said: object) => 'message' in said && said.message === 'ready';

marbles(
  'emits messages directly with their worker; needed messages and other events pass',
  ({ cold, expectObservable, expectSubscriptions }) => {
    const source = cold('  f-m-o-r-w-h-q-x|', events);
    const long = '         f---o-r-------x|';
    const told = '         --m-----w-h-q---';

    const told$ = new Subject<ProcessDraft>();
    const { m, w, h, q } = events;
    const worker = ref();
    const drafts = { m: { worker, ...m }, w: { worker, ...w }, h: { worker, ...h }, q: { worker, ...q } };
    expectObservable(told$).toBe(told, drafts);
    expectObservable(source.pipe(bypassMessages(seat, minds, (draft) => told$.next(draft)))).toBe(long, events);
    expectSubscriptions(source.subscriptions).toBe('^--------------!');
  },
);

marbles('a message after the exit is not emitted', ({ cold, expectObservable }) => {
  const source = cold('  f-x-m|', events);
  const long = '         f-x-m|';

  const told$ = new Subject<ProcessDraft>();
  expectObservable(told$).toBe('');
  expectObservable(source.pipe(bypassMessages(seat, minds, (draft) => told$.next(draft)))).toBe(long, events);
});
