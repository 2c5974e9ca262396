import { Subject } from 'rxjs';
import { expect, test } from 'vitest';
import type { MessageBatchDraft } from '../../../src/vocabulary/messageBatch.js';
import type { ProcessEvent } from '../../../src/host/host.js';
import { deliverMessages } from '../../../src/operators/messages/deliverMessages.js';
import { marbles, puppet, ref } from '../../marbles.js';

const { process } = puppet();
const slotRef = { cluster: 'test', slot: 1, generation: 1 };
const reply = () => {};
const events = {
  f: { type: 'fork', process },
  o: { type: 'online' },
  m: { type: 'message', message: 'hello' },
  r: { type: 'message', message: 'ready' },
  w: { type: 'messages', messages: ['one', 'two'] },
  h: { type: 'message', message: 'take this', handle: 'a socket' },
  q: { type: 'message', message: 'what time is it', reply },
  x: { type: 'exit', code: 0, signal: null, spawn: false },
  1: { type: 'message', message: 'one' },
  2: { type: 'message', message: 'two' },
  H: { type: 'message', message: 'take this' },
  Q: { type: 'message', message: 'what time is it' },
} as const satisfies Record<string, ProcessEvent>;

const batch = { type: 'messages', worker: ref(), json: true } as const;
const batches = {
  m: { ...batch, messages: ['hello'] },
  w: { ...batch, messages: ['one', 'two'] },
  h: { ...batch, messages: ['take this'], handle: 'a socket' },
  q: { ...batch, messages: ['what time is it'], reply },
};

const operator = (inspects: boolean, deliver: (batch: MessageBatchDraft) => void) =>
  deliverMessages(slotRef, { json: true, isPrivate: (message) => message === 'ready', inspects, deliver });

marbles(
  'delivers messages at once, with their worker; one for the master alone is passed on instead',
  ({ cold, expectObservable, expectSubscriptions }) => {
    const source = cold('  f-m-o-r-w-h-q-x|', events);
    const expected = '     f---o-r-------x|';
    const delivered = '    --m-----w-h-q---';

    const batch$ = new Subject<MessageBatchDraft>();
    expectObservable(batch$).toBe(delivered, batches);
    expectObservable(source.pipe(operator(false, (one) => batch$.next(one)))).toBe(expected, events);
    expectSubscriptions(source.subscriptions).toBe('^--------------!');
  },
);

marbles('passes them on as well where they are inspected, one by one', ({ cold, expectObservable }) => {
  const source = cold('  f-m-r-w---h-q-x|', events);
  const expected = '     f-m-r-(12)H-Q-x|';
  const delivered = '    --m---w---h-q---';

  const batch$ = new Subject<MessageBatchDraft>();
  expectObservable(batch$).toBe(delivered, batches);
  expectObservable(source.pipe(operator(true, (one) => batch$.next(one)))).toBe(expected, events);
});

marbles('what is sent after its exit is not delivered', ({ cold, expectObservable }) => {
  const source = cold('  f-x-mwq|', events);
  const expected = '     f-x----|';

  const batch$ = new Subject<MessageBatchDraft>();
  expectObservable(batch$).toBe('');
  expectObservable(source.pipe(operator(true, (one) => batch$.next(one)))).toBe(expected, events);
});

test('a message is delivered before it is inspected', () => {
  const order: string[] = [];
  const source$ = new Subject<ProcessEvent>();
  source$.pipe(operator(true, () => order.push('delivered'))).subscribe(({ type }) => order.push(type));
  source$.next(events.f);
  source$.next(events.m);
  expect(order).toEqual(['fork', 'delivered', 'message']);
});
