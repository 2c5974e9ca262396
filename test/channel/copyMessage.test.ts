import { expect, test } from 'vitest';
import { messageCopier } from '../../src/channel/copyMessage.js';

const json = messageCopier('json');
const advanced = messageCopier('advanced');

test.each([
  { cmd: 'a', n: 1, nothing: null, deep: { list: [1, { two: 2 }, 'three'] } },
  [1, undefined, () => {}, Number.NaN, Infinity],
  {
    at: new Date(0),
    bytes: Buffer.from('x'),
    error: new Error('x'),
    map: new Map([[1, 2]]),
    missing: undefined,
    f: () => {},
  },
  { toJSON: () => 'as it says' },
  new (class Thing {
    readonly own = 1;
  })(),
  Object.assign(Object.create(null), { bare: true }),
  'text',
  7,
  false,
  null,
])('%o arrives as JSON has it', (message) => {
  expect(JSON.parse(JSON.stringify(json('send', message).copy))).toEqual(JSON.parse(JSON.stringify(message)));
});

test('later changes to a message are not sent', () => {
  const message = { n: 1, deep: { list: [1] } };
  const { copy } = json('send', message);
  message.n = 2;
  message.deep.list.push(2);
  expect(copy).toEqual({ n: 1, deep: { list: [1] } });
});

test('__proto__ is an ordinary key', () => {
  const message: unknown = JSON.parse(
    '{"__proto__": {"polluted": {"x": 1}}, "constructor": {"prototype": {"polluted": 1}}}',
  );
  for (const pack of [json, advanced]) {
    const { copy } = pack('send', message);
    expect(JSON.stringify(copy)).toBe(JSON.stringify(message));
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
  }
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});

const cycle: Record<string, unknown> = { name: 'cycle' };
cycle['self'] = [cycle, cycle];

test.each([
  ['a cycle', cycle, /circular/],
  ['a BigInt', { n: 1n }, /BigInt/],
  ['a function', () => {}, /function/],
  ['undefined', undefined, /undefined/],
  [
    'a getter that throws',
    Object.defineProperty({}, 'x', {
      enumerable: true,
      get: () => {
        throw new Error('mine');
      },
    }),
    /mine/,
  ],
])('%s cannot be serialised', (_, message, why) => {
  expect(() => json('send', message)).toThrow(
    expect.objectContaining({
      name: 'MessageError',
      message: expect.stringMatching(/^send: expected a message that can be serialised; /),
    }),
  );
  expect(() => json('send', message)).toThrow(why);
});

test('data deeper than the copy limit arrives whole', () => {
  let deep: unknown = 'bottom';
  for (let depth = 0; depth < 300; depth += 1) deep = { deep };
  expect(JSON.stringify(json('send', deep).copy)).toBe(JSON.stringify(deep));
});

test('with advanced, other than plain data is not copied', () => {
  expect(advanced('send', { n: 2n, list: [1] })).toMatchObject({ alone: false, copy: { n: 2n, list: [1] } });
  for (const message of [new Map(), { at: new Date() }, Buffer.from('x'), cycle, new Error('x')]) {
    expect(advanced('send', message)).toMatchObject({ alone: true });
    expect(advanced('send', message).copy).toBe(message);
  }
});

test('a message of 100 MB is refused in any shape', () => {
  const text = 'x'.repeat(1024 * 1024);
  const heavy = Array.from({ length: 100 }, () => text);
  expect(() => json('send', heavy)).toThrow(
    'send: expected a message of at most 67108864 characters, got about 104857608',
  );
  expect(() => json('send', { x: { text: heavy.join('') } })).toThrow(/Write it to a file/);
});
