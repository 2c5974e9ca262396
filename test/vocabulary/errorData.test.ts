import { createContext, runInContext } from 'node:vm';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { errorData, messageOf, thrownOf } from '../../src/vocabulary/errorData.js';

const through = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const circular = (): Error => {
  const [a, b] = [new Error('a'), new Error('b')];
  a.cause = b;
  b.cause = a;
  return a;
};

const hostile = new Proxy(new Error('no'), {
  get: () => {
    throw new Error('get');
  },
  getPrototypeOf: () => {
    throw new Error('getPrototypeOf');
  },
});

const revoked = () => {
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  return proxy;
};

describe('an error as plain data', () => {
  test('has its name, message, stack, code and cause', () => {
    const cause = new TypeError('inner');
    const error = Object.assign(new RangeError('outer', { cause }), { code: 'E1' });
    expect(errorData(error)).toStrictEqual({
      name: 'RangeError',
      message: 'outer',
      stack: error.stack,
      code: 'E1',
      cause: { name: 'TypeError', message: 'inner', stack: cause.stack },
    });
  });

  test('has the errors of an AggregateError', () => {
    expect(errorData(new AggregateError([new Error('a'), 'b'], 'both'))).toMatchObject({
      name: 'AggregateError',
      message: 'both',
      errors: [
        { name: 'Error', message: 'a' },
        { name: 'Error', message: 'b', stack: '' },
      ],
    });
  });

  test('is that of another realm, too, where it is no instance of Error', () => {
    const foreign: unknown = runInContext('new TypeError("elsewhere")', createContext());
    expect(foreign).not.toBeInstanceOf(Error);
    expect(errorData(foreign)).toMatchObject({ name: 'TypeError', message: 'elsewhere' });
  });

  test('ends where its cause is one of those that it is the cause of', () => {
    expect(errorData(circular())).toMatchObject({ message: 'a', cause: { message: 'b' } });
    expect(errorData(circular()).cause).not.toHaveProperty('cause');
  });

  test.each([
    ['a text', 'no', 'no'],
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a number', NaN, 'NaN'],
    ['a symbol', Symbol('no'), 'Symbol(no)'],
    ['a BigInt', 10n, '10'],
    ['an object', {}, '[object Object]'],
    ['an object without a prototype', Object.create(null), 'something that cannot be shown as text'],
    ['a message that is no text', { message: 1 }, '[object Object]'],
    ['a proxy that throws', hostile, 'something that cannot be shown as text'],
    ['a revoked proxy', revoked(), 'something that cannot be shown as text'],
    ['a proxy as its list of errors', { message: 'odd', errors: revoked() }, 'odd'],
  ])('is made of %s', (_, thrown, message) => {
    expect(errorData(thrown)).toStrictEqual({ name: 'Error', message, stack: '' });
  });

  test('is cut where it is too long or too much', () => {
    const long = Object.assign(new Error('x'.repeat(1_000_000)), {
      stack: 'y'.repeat(1_000_000),
      code: 'z'.repeat(9_000),
    });
    expect(JSON.stringify(errorData(long)).length).toBeLessThan(30_000);
    let chain: object = { message: 'first' };
    for (let count = 0; count < 100_000; count += 1) chain = { message: 'next', cause: chain };
    expect(JSON.stringify(errorData(chain)).length).toBeLessThan(150_000);
    const many = new AggregateError(
      Array.from({ length: 100_000 }, (__, index) => new Error(String(index))),
      'many',
    );
    expect(errorData(many).errors?.length).toBeLessThan(16);
  });

  test('knows what it was made of, in the process that made it', () => {
    const error = new Error('no');
    const data = errorData(error);
    expect(thrownOf(data)).toBe(error);
    expect(thrownOf(errorData(undefined))).toBe(undefined);
    expect(thrownOf({ ...data })).toEqual(data);
  });

  test('is the same after JSON, whatever was thrown', () => {
    const key = fc.constantFrom('name', 'message', 'stack', 'code', 'cause', 'errors');
    const anything = fc.anything({ key, withBigInt: true, withDate: true, withMap: true, withNullPrototype: true });
    const errors = fc
      .tuple(fc.string({ unit: 'binary' }), anything)
      .map(([message, more]) => Object.assign(new Error(message), { cause: more }));
    fc.assert(
      fc.property(fc.oneof(anything, errors), (thrown) => {
        const data = errorData(thrown);
        expect(through(data)).toStrictEqual(data);
        expect(typeof messageOf(thrown)).toBe('string');
      }),
    );
  });
});
