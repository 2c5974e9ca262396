import { map } from 'rxjs';
import { expect, test } from 'vitest';
import { of } from 'rxjs';
import { unpack } from '../../../src/operators/messages/unpack.js';
import { life, marbles, ref, stamped } from '../../marbles.js';

const { f, m, x } = life();
const w = { type: 'messages', worker: ref(), messages: ['1', '2', '3'] } as const;
const reply = () => {};
const events = { f: stamped(f), m: stamped({ ...m, message: 'm' }), w: stamped(w), x: stamped(x) };

marbles(
  'emits messages one after the other, also those of a batch',
  ({ hot, expectObservable, expectSubscriptions }) => {
    const source = hot('  f-mw----x|', events);
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
  of(
    stamped({ ...m, message: 'a' }),
    stamped({ ...m, message: 'b', handle: 'socket' }),
    stamped({ ...m, message: 'c', reply }),
    stamped(w),
  )
    .pipe(unpack())
    .subscribe((message) => seen.push(message));
  const worker = ref();
  expect(seen).toEqual([
    { worker, message: 'a' },
    { worker, message: 'b', handle: 'socket' },
    { worker, message: 'c', reply },
    { worker, message: '1' },
    { worker, message: '2' },
    { worker, message: '3' },
  ]);
});
