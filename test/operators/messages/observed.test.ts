import { catchError, map, type Observable, of, timer } from 'rxjs';
import { expect } from 'vitest';
import { observed } from '../../../src/operators/messages/observed.js';
import type { ConversationFrame, UnnumberedFrame } from '../../../src/channel/conversations.js';
import { marbles } from '../../marbles.js';

const frames: Readonly<Record<string, ConversationFrame>> = {
  a: { type: 'value', id: 1, value: 'a' },
  b: { type: 'value', id: 1, value: 'b' },
  c: { type: 'value', id: 1, value: 'c' },
  e: { type: 'end', id: 1 },
  f: { type: 'fail', id: 1, why: 'ill' },
  g: { type: 'disconnected' },
};

/** The other side of a conversation: the frames that it sends, and those that were sent to it. */
const somebody = (comes$: Observable<ConversationFrame>) => {
  const said: (UnnumberedFrame | number)[] = [];
  const converse = (opening: UnnumberedFrame, more$?: Observable<UnnumberedFrame>) => {
    said.push(opening);
    more$?.subscribe((letter) => said.push(letter.type === 'credit' ? letter.credit : letter));
    return comes$;
  };
  return { said, converse };
};

const asText = (value: unknown) => of(String(value));
const slowly = (value: unknown) => timer(3).pipe(map(() => String(value)));

marbles(
  'emits the values, and completes with the stream or when the other process disconnects',
  ({ cold, expectObservable, expectSubscriptions, flush }) => {
    const ending = cold('  a--b-(e|)', frames);
    const leaving = cold(' a--b-(g|)', frames);
    const expected = '     a--b-|   ';
    const { converse, said } = somebody(ending);

    expectObservable(observed(converse, 'it', 2, asText)).toBe(expected);
    expectObservable(observed(somebody(leaving).converse, 'it', 2, asText)).toBe(expected);
    expectSubscriptions(ending.subscriptions).toBe('^----!');
    flush();
    expect(said).toEqual([{ type: 'open', name: 'it', credit: 2 }, 1, 1]);
  },
);

marbles('returns credit when a value has been handled, one after the other', ({ cold, expectObservable, flush }) => {
  const values = cold('  (abce|)       ', frames);
  const expected = '     ---a--b--(c|)';
  const { converse, said } = somebody(values);

  expectObservable(observed(converse, 'it', 4, slowly)).toBe(expected);
  flush();
  // Not each for itself.
  expect(said).toEqual([{ type: 'open', name: 'it', credit: 4 }, 2]);
});

marbles(
  'distinguishes the end of the stream from a disconnect, after the last value has been handled',
  ({ cold, expectObservable, expectSubscriptions }) => {
    const ending = cold('  (abe|)    ', frames);
    const expected1 = '    ---a--(b|)';
    const leaving = cold(' (abg|)    ', frames);
    const expected2 = '    ---a--b---';
    const left = cold<never>('   ----');
    const leftSubs = '     ------^---';

    expectObservable(observed(somebody(ending).converse, 'it', 2, slowly, cold<never>('#'))).toBe(expected1);
    expectObservable(observed(somebody(leaving).converse, 'it', 2, slowly, left)).toBe(expected2);
    expectSubscriptions(left.subscriptions).toBe(leftSubs);
  },
);

marbles('errors with the failure of the other process', ({ cold, expectObservable }) => {
  const values = cold('  a-(f|)', frames);
  const expected = '     a-(e|)';
  const told = catchError(({ name, message }: Error) => of(`${name}: ${message}`));
  expectObservable(observed(somebody(values).converse, 'it', 2, asText).pipe(told)).toBe(expected, {
    a: 'a',
    e: "RequestError: request: 'it': ill",
  });
});
