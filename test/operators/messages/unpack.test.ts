import { map, take } from 'rxjs';
import { expect, test } from 'vitest';
import { of } from 'rxjs';
import { unpack } from '../../../src/operators/messages/unpack.js';
import { life, marbles, ref, stamped } from '../../marbles.js';

const { f, x } = life();
const worker = ref();
const stamp = { time: 0, seq: 1, cluster: 'test', json: true };
const w = { type: 'messages', worker, messages: ['1', '2', '3'], ...stamp } as const;
const m = { ...w, messages: ['m'] } as const;
const reply = () => {};
const entries = { f: stamped(f), m, w, x: stamped(x) };

marbles(
  'emits messages one after the other, also those of a batch',
  ({ hot, expectObservable, expectSubscriptions }) => {
    const source = hot('  f-mw----x|', entries);
    const expected = '    --m(123)-|';

    expectObservable(
      source.pipe(
        unpack(),
        map(({ message }) => message),
      ),
    ).toBe(expected);
    expectSubscriptions(source.subscriptions).toBe('^--------!');
  },
);

test('a message has its worker, handle and reply', () => {
  const seen: unknown[] = [];
  of(m, { ...m, handle: 'socket' }, { ...m, reply }, w)
    .pipe(unpack())
    .subscribe((message) => seen.push(message));
  expect(seen).toEqual([
    { worker, message: 'm' },
    { worker, message: 'm', handle: 'socket' },
    { worker, message: 'm', reply },
    { worker, message: '1' },
    { worker, message: '2' },
    { worker, message: '3' },
  ]);
});

test('a subscriber that unsubscribes during a batch gets no more of it', () => {
  const seen: unknown[] = [];
  of(w)
    .pipe(unpack(), take(2))
    .subscribe(({ message }) => seen.push(message));
  expect(seen).toEqual(['1', '2']);
});
