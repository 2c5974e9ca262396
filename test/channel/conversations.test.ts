import { type Observable, of, Subject } from 'rxjs';
import { expect, test } from 'vitest';
import { type ConversationHandlers, conversations, type Reply } from '../../src/channel/conversations.js';
import type { Frame } from '../../src/channel/frames.js';
import { marbles } from '../marbles.js';

const side = (answering: Partial<ConversationHandlers> = {}) => {
  const said: Frame[] = [];
  const both = conversations((letter) => said.push(letter), {
    ask: () => {},
    offered: () => undefined,
    ...answering,
  });
  return { said, ...both };
};

/** One that is asked once, and how it answers. */
const asked = () => {
  const replies: Reply[] = [];
  const its = side({ ask: (_, reply) => replies.push(reply) });
  its.take({ type: 'ask', id: 1, message: 'how are you?' });
  const [reply] = replies;
  if (reply === undefined) throw new Error('it was not asked');
  return { ...its, reply, replies };
};

test('a request is answered once', () => {
  const { said, reply } = asked();
  reply('well');
  expect(said).toEqual([{ type: 'answer', id: 1, message: 'well' }]);
  expect(() => reply('very well')).toThrow(
    expect.objectContaining({ name: 'MessageError', message: 'reply: this request has been answered already' }),
  );
  expect(said).toHaveLength(1);
});

test('an error answers that there is no answer', () => {
  const { said, reply } = asked();
  reply(new Error('ill'));
  expect(said).toEqual([{ type: 'fail', id: 1, why: 'ill' }]);
});

test('who answers when nobody waits any more hears so', () => {
  const { said, reply, take } = asked();
  take({ type: 'drop', id: 1 });
  expect(() => reply('well')).toThrow(/^reply: nobody waits for it any more/);
  expect(said).toEqual([]);
});

test('who asks and leaves waits for nothing', () => {
  const { reply, end } = asked();
  end();
  expect(() => reply('well')).toThrow(/^reply: nobody waits/);
});

test('a request that comes again is not asked again', () => {
  const { take, replies } = asked();
  take({ type: 'ask', id: 1, message: 'how are you?' });
  take({ type: 'ask', id: 2, message: 'and now?' });
  take({ type: 'ask', id: 1, message: 'how are you?' });
  expect(replies).toHaveLength(2);
});

test('what cannot be said is an error of who says it, and nothing has begun', () => {
  const { converse } = conversations(
    () => {
      throw new Error('a cycle');
    },
    { ask: () => {}, offered: () => undefined },
  );
  let why: unknown;
  converse({ type: 'ask', message: 'x' }).subscribe({ error: (error) => (why = error) });
  expect(why).toMatchObject({ message: 'a cycle' });
});

marbles(
  'a conversation has its own letters, and ends with the last of them, or with who has left',
  ({ hot, expectObservable, flush }) => {
    const { converse, take, end, said } = side();
    const letters: Readonly<Record<string, Frame>> = {
      a: { type: 'answer', id: 1, message: 'one' },
      v: { type: 'value', id: 2, value: 'two' },
      e: { type: 'end', id: 2 },
    };
    hot('                 --v--a--e--g').subscribe((letter) =>
      letter === 'g' ? end() : take(letters[letter] ?? { type: 'fault', why: '?' }),
    );
    const first = '       -----(a|)';
    const second = '      --v-----(e|)';
    const third = '       -----------(g|)';
    const fourth = '      ------';

    const ask = { type: 'ask', message: '?' } as const;
    const values = { ...letters, g: { type: 'gone' } };
    expectObservable(converse(ask)).toBe(first, values);
    expectObservable(converse({ type: 'open', name: 'n', credit: 1 })).toBe(second, values);
    expectObservable(converse(ask)).toBe(third, values);
    expectObservable(converse(ask), '^-----!').toBe(fourth);
    flush();
    expect(said).toEqual([
      { type: 'ask', id: 1, message: '?' },
      { type: 'open', id: 2, name: 'n', credit: 1 },
      { type: 'ask', id: 3, message: '?' },
      { type: 'ask', id: 4, message: '?' },
      { type: 'drop', id: 4 },
    ]);
  },
);

test('an answer that nobody waits for any more is of no concern', () => {
  const { take, said } = side();
  take({ type: 'answer', id: 7, message: 'late' });
  expect(said).toEqual([]);
});

const exposing = (source: () => Observable<unknown>) =>
  side({ offered: (name) => (name === 'it' ? source : undefined) });
const open = { type: 'open', id: 1, name: 'it', credit: 2 } as const;

test('what is exposed comes as far as there is credit, and then ends', () => {
  const { said, take } = exposing(() => of('a', 'b', 'c'));
  take(open);
  expect(said.map((letter) => ('value' in letter ? letter.value : letter.type))).toEqual(['a', 'b']);
  take({ type: 'credit', id: 1, credit: 2 });
  expect(said.slice(2)).toEqual([
    { type: 'value', id: 1, value: 'c' },
    { type: 'end', id: 1 },
  ]);
});

test('who is no longer observed stops', () => {
  const source$ = new Subject<string>();
  const { said, take, end } = exposing(() => source$);
  take(open);
  source$.next('a');
  take({ type: 'drop', id: 1 });
  expect(source$.observed).toBe(false);
  take({ ...open, id: 2 });
  expect(source$.observed).toBe(true);
  end();
  expect(source$.observed).toBe(false);
  expect(said).toEqual([{ type: 'value', id: 1, value: 'a' }]);
});

test('what is not exposed, and what fails, is told', () => {
  const failing = exposing(() => {
    throw new Error('mine');
  });
  failing.take({ ...open, name: 'another' });
  failing.take({ ...open, id: 2 });
  expect(failing.said).toEqual([
    { type: 'fail', id: 1, why: "nothing is exposed as 'another'" },
    { type: 'fail', id: 2, why: 'mine' },
  ]);
});
