import { map, of } from 'rxjs';
import { expect, test } from 'vitest';
import { type Answerable, createRoute } from '../../../src/operators/messages/route.js';
import { marbles } from '../../marbles.js';

type Handlers = Readonly<Record<string, (event: Answerable) => unknown>>;

const message = (cmd: unknown): Answerable => ({ message: { cmd } });
const messages = {
  a: message('a'),
  b: message('b'),
  c: message('c'),
  n: message(7),
  t: { message: 'text' },
  p: message('__proto__'),
};

marbles(
  'calls the handler of a command, other messages pass',
  ({ hot, expectObservable, expectSubscriptions, flush }) => {
    const called: unknown[] = [];
    const route = createRoute(() => expect.unreachable());
    const source = hot('  a-b-c-n-t-p-b|', messages);
    const expected = '    a---c-n-t-p--|';

    expectObservable(source.pipe(route({ b: (event) => called.push(event) }))).toBe(expected, messages);
    expectSubscriptions(source.subscriptions).toBe('^------------!');
    flush();
    expect(called).toEqual([messages.b, messages.b]);
  },
);

const thrown = () => {
  throw new Error('mine');
};
const throwsText = () => {
  // oxlint-disable-next-line typescript/only-throw-error
  throw 'a text';
};

/** Asks once for what a handler gives. */
const ask = async (handlers: Handlers, cmd = 'b') => {
  const replies: unknown[] = [];
  const failures: string[] = [];
  const route = createRoute((_, { message: why }) => failures.push(why));
  of({
    ...message(cmd),
    reply: (answer: unknown) => replies.push(answer instanceof Error ? `error: ${answer.message}` : answer),
  })
    .pipe(route(handlers), map(String))
    .subscribe();
  await new Promise(setImmediate);
  return { replies, failures };
};

test('a returned value or promise answers a request, undefined too, unless the handler reads reply', async () => {
  expect((await ask({ b: () => 7 })).replies).toEqual([7]);
  expect((await ask({ b: async () => 8 })).replies).toEqual([8]);
  expect((await ask({ b: () => {} })).replies).toEqual([undefined]);
  expect((await ask({ b: ({ reply }) => void reply })).replies).toEqual([]);
  const itself: Handlers = {
    b: ({ reply }) => {
      reply?.(9);
    },
  };
  expect((await ask(itself)).replies).toEqual([9]);
});

test('an error of a handler is reported, and sent to the requester', async () => {
  const told = { failures: ["route: the handler of 'b' threw: mine"], replies: ['error: mine'] };
  expect(await ask({ b: thrown })).toEqual(told);
  expect(await ask({ b: async () => thrown() })).toEqual(told);
});

test('an error of a handler ends nothing when the message is not a request', () => {
  const failures: string[] = [];
  const seen: unknown[] = [];
  const route = createRoute((_, { message: why }) => failures.push(why));
  of(messages.a, messages.b, messages.c)
    .pipe(route({ b: throwsText }))
    .subscribe((event) => seen.push(event));
  expect(seen).toEqual([messages.a, messages.c]);
  expect(failures).toEqual(["route: the handler of 'b' threw: a text"]);
});

test('a handler that is not a function throws ConfigError', () => {
  const wrong: unknown = { b: 'log' };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  expect(() => createRoute(() => {})(wrong as Handlers)).toThrow(
    'route().b: expected a function that takes the message, got string',
  );
});
