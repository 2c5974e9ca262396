import { map, of, take } from 'rxjs';
import { expect, test } from 'vitest';
import { eachMessage } from '../../../src/operators/messages/eachMessage.js';
import { messageEvents } from '../../../src/vocabulary/messageBatch.js';
import { life, marbles, ref, stamped } from '../../marbles.js';

const { f, x } = life();
const worker = ref();
const stamp = { time: 5, seq: 7, cluster: 'test', json: true };
const batch = () => ({ type: 'messages', worker, messages: ['1', '2', '3'], ...stamp }) as const;

marbles('has one event for each message of a batch', ({ hot, expectObservable, expectSubscriptions }) => {
  const source = hot('  f--w----x|', { f: stamped(f), w: batch(), x: stamped(x) });
  const expected = '    f--(123)x|';

  const sign = map((event: object) => ('message' in event ? event.message : event));
  expectObservable(source.pipe(eachMessage(), sign)).toBe(expected, {
    f: stamped(f),
    x: stamped(x),
    1: '1',
    2: '2',
    3: '3',
  });
  expectSubscriptions(source.subscriptions).toBe('^--------!');
});

test('the events are numbered without a gap, and all subscribers get the same objects', () => {
  const together = batch();
  const seen: unknown[] = [];
  const entry$ = of(together).pipe(eachMessage());
  entry$.subscribe((event) => seen.push(event));
  const event = { type: 'message', worker, time: 5, cluster: 'test' };
  expect(seen).toStrictEqual([
    { ...event, seq: 7, message: '1' },
    { ...event, seq: 8, message: '2' },
    { ...event, seq: 9, message: '3' },
  ]);
  entry$.pipe(take(2)).subscribe((again) => expect(again).toBe(seen.shift()));
  expect(seen).toHaveLength(1);
});

test('an event says that a handle came with a message or that it is a request, and has neither', () => {
  const single = { ...batch(), messages: ['1'] };
  expect(messageEvents({ ...single, handle: {} })[0]).toMatchObject({ message: '1', handle: true });
  expect(messageEvents({ ...single, reply: () => {} })[0]).toMatchObject({ message: '1', request: true });
});

test('what JSON cannot hold is described, unless it came as JSON', () => {
  const messages = [new Map([['a', 1n]])];
  const [event] = messageEvents({ ...batch(), json: false, messages });
  expect(JSON.parse(JSON.stringify(event))).toStrictEqual(event);
  expect(event?.message).toEqual({ $type: 'Map', entries: [['a', { $type: 'bigint', value: '1' }]] });
  expect(messageEvents({ ...batch(), messages })[0]?.message).toBe(messages[0]);
});
