import { timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { expect, test } from 'vitest';
import { eventHistory } from '../../src/state/eventHistory.js';

test('events are counted from 1, have the time of the clock and say whose they are', () => {
  const { stamp } = eventHistory('shop', 1);
  const stamps: unknown[] = [];
  new TestScheduler(expect.unreachable).run(() => {
    timer(5).subscribe(() => stamps.push(stamp({ type: 'end', why: 'asked', after: 0 })));
    timer(12).subscribe(() => stamps.push(stamp({ type: 'end', why: 'asked', after: 1 })));
    timer(20).subscribe(() => stamps.push(stamp({ type: 'vacant', slot: 1, why: 'test' })));
  });
  expect(stamps).toEqual([
    { type: 'end', why: 'asked', after: 0, time: 5, seq: 1, cluster: 'shop' },
    { type: 'end', why: 'asked', after: 1, time: 12, seq: 2, cluster: 'shop' },
    { type: 'vacant', slot: 1, why: 'test', time: 20, seq: 3, cluster: 'shop' },
  ]);
});

const reply = () => {};

test('each message of a batch has a number, and the next event follows the last one', () => {
  const { stamp } = eventHistory('shop', 1);
  const worker = { id: 1, pid: 1, cluster: 'shop', slot: 1, generation: 1 };
  const batch = { type: 'messages', worker, messages: ['a', 'b', 'c'], json: true } as const;
  expect(stamp({ type: 'online', worker }).seq).toBe(1);
  expect(stamp(batch)).toEqual({ ...batch, time: expect.any(Number), seq: 2, cluster: 'shop' });
  expect(stamp({ ...batch, messages: ['d'], reply })).toMatchObject({ seq: 5, reply });
  expect(stamp({ ...batch, messages: [] }).type).toBe('messages');
  expect(stamp({ type: 'online', worker }).seq).toBe(6);
});

test('each run has a history of its own', () => {
  const [one, other] = [eventHistory('shop', 2), eventHistory('shop', 2)];
  one.fold(one.stamp({ type: 'vacant', slot: 1, why: 'test' }));
  expect([one.state.vacant, other.state.vacant]).toEqual([1, 0]);
  expect(other.stamp({ type: 'vacant', slot: 1, why: 'test' }).seq).toBe(1);
});
