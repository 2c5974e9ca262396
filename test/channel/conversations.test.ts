import { type Observable, of, Subject } from 'rxjs';
import { expect, test } from 'vitest';
import { type ConversationHandlers, conversations, type Reply } from '../../src/channel/conversations.js';
import type { Frame } from '../../src/channel/frames.js';
import { marbles } from '../marbles.js';

const side = (answering: Partial<ConversationHandlers> = {}) => {
  const sent: Frame[] = [];
  const both = conversations((frame) => sent.push(frame), {
    ask: () => {},
    offered: () => undefined,
    ...answering,
  });
  return { sent, ...both };
};

/** A process that has received one request. */
const asked = () => {
  const replies: Reply[] = [];
  const its = side({ ask: (_, reply) => replies.push(reply) });
  its.take({ type: 'ask', id: 1, message: 'how are you?' });
  const [reply] = replies;
  if (reply === undefined) throw new Error('the request was not delivered');
  return { ...its, reply, replies };
};

test('a request is answered once', () => {
  const { sent, reply } = asked();
  reply('well');
  expect(sent).toEqual([{ type: 'answer', id: 1, message: 'well' }]);
  expect(() => reply('very well')).toThrow(
    expect.objectContaining({
      name: 'MessageError',
      message: 'reply: this request has already been answered. Answer each request once',
    }),
  );
  expect(sent).toHaveLength(1);
});

test('replying with an Error fails the request', () => {
  const { sent, reply } = asked();
  reply(new Error('ill'));
  expect(sent).toEqual([{ type: 'fail', id: 1, why: 'ill' }]);
});

test('a reply to a dropped request throws', () => {
  const { sent, reply, take } = asked();
  take({ type: 'drop', id: 1 });
  expect(() => reply('well')).toThrow(
    /^reply: the answer is too late: the requester has timed out, unsubscribed or left$/,
  );
  expect(sent).toEqual([]);
});

test('a reply to a requester that has disconnected throws', () => {
  const { reply, end } = asked();
  end();
  expect(() => reply('well')).toThrow(/^reply: the answer is too late/);
});

test('a repeated request is ignored', () => {
  const { take, replies } = asked();
  take({ type: 'ask', id: 1, message: 'how are you?' });
  take({ type: 'ask', id: 2, message: 'and now?' });
  take({ type: 'ask', id: 1, message: 'how are you?' });
  expect(replies).toHaveLength(2);
});

test('a request that cannot be serialised errors', () => {
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
  'a conversation gets the frames with its id, and ends with a final frame or when the other process disconnects',
  ({ hot, expectObservable, flush }) => {
    const { converse, take, end, sent } = side();
    const frames: Readonly<Record<string, Frame>> = {
      a: { type: 'answer', id: 1, message: 'one' },
      v: { type: 'value', id: 2, value: 'two' },
      e: { type: 'end', id: 2 },
    };
    hot('                 --v--a--e--g').subscribe((frame) =>
      frame === 'g' ? end() : take(frames[frame] ?? { type: 'fault', why: '?' }),
    );
    const first = '       -----(a|)';
    const second = '      --v-----(e|)';
    const third = '       -----------(g|)';
    const fourth = '      ------';

    const ask = { type: 'ask', message: '?' } as const;
    const values = { ...frames, g: { type: 'disconnected' } };
    expectObservable(converse(ask)).toBe(first, values);
    expectObservable(converse({ type: 'open', name: 'n', credit: 1 })).toBe(second, values);
    expectObservable(converse(ask)).toBe(third, values);
    expectObservable(converse(ask), '^-----!').toBe(fourth);
    flush();
    expect(sent).toEqual([
      { type: 'ask', id: 1, message: '?' },
      { type: 'open', id: 2, name: 'n', credit: 1 },
      { type: 'ask', id: 3, message: '?' },
      { type: 'ask', id: 4, message: '?' },
      { type: 'drop', id: 4 },
    ]);
  },
);

test('an answer without a conversation is ignored', () => {
  const { take, sent } = side();
  take({ type: 'answer', id: 7, message: 'late' });
  expect(sent).toEqual([]);
});

const exposing = (source: () => Observable<unknown>) =>
  side({ offered: (name) => (name === 'it' ? source : undefined) });
const open = { type: 'open', id: 1, name: 'it', credit: 2 } as const;

test('an exposed stream sends as many values as there is credit for, then its end', () => {
  const { sent, take } = exposing(() => of('a', 'b', 'c'));
  take(open);
  expect(sent.map((frame) => ('value' in frame ? frame.value : frame.type))).toEqual(['a', 'b']);
  take({ type: 'credit', id: 1, credit: 2 });
  expect(sent.slice(2)).toEqual([
    { type: 'value', id: 1, value: 'c' },
    { type: 'end', id: 1 },
  ]);
});

test('an exposed stream is unsubscribed on drop and when the other process disconnects', () => {
  const source$ = new Subject<string>();
  const { sent, take, end } = exposing(() => source$);
  take(open);
  source$.next('a');
  take({ type: 'drop', id: 1 });
  expect(source$.observed).toBe(false);
  take({ ...open, id: 2 });
  expect(source$.observed).toBe(true);
  end();
  expect(source$.observed).toBe(false);
  expect(sent).toEqual([{ type: 'value', id: 1, value: 'a' }]);
});

test('an unknown name and a failing source are reported', () => {
  const failing = exposing(() => {
    throw new Error('mine');
  });
  failing.take({ ...open, name: 'another' });
  failing.take({ ...open, id: 2 });
  expect(failing.sent).toEqual([
    { type: 'fail', id: 1, why: "nothing is exposed as 'another'" },
    { type: 'fail', id: 2, why: 'mine' },
  ]);
});
