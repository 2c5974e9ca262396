import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainValue } from '../../src/vocabulary/plainValue.js';

const through = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const cycle: Record<string, unknown> = { a: 1 };
cycle['self'] = cycle;

describe('a value as plain data', () => {
  test.each([
    ['a date', new Date(0), { $type: 'Date', value: '1970-01-01T00:00:00.000Z' }],
    ['an invalid date', new Date(NaN), { $type: 'Date' }],
    ['a BigInt', 12n, { $type: 'bigint', value: '12' }],
    ['NaN', NaN, { $type: 'number', value: 'NaN' }],
    ['Infinity', [-Infinity], [{ $type: 'number', value: '-Infinity' }]],
    ['minus zero', -0, 0],
    ['undefined', undefined, { $type: 'undefined' }],
    ['undefined in a list', [undefined], [{ $type: 'undefined' }]],
    ['a hole', Array.from({ length: 1 }), [{ $type: 'undefined' }]],
    ['an undefined field', { a: undefined, b: 1 }, { b: 1 }],
    ['a function', { a: () => {}, b: Symbol('b') }, {}],
    ['an expression', /a/g, { $type: 'RegExp', value: '/a/g' }],
    [
      'a map',
      new Map([[1, new Set([2n])]]),
      { $type: 'Map', entries: [[1, { $type: 'Set', values: [{ $type: 'bigint', value: '2' }] }]] },
    ],
    ['a buffer', Buffer.from('hello'), { $type: 'Buffer', bytes: 5, base64: 'aGVsbG8=' }],
    ['a typed array', new Uint16Array([1]), { $type: 'Uint16Array', bytes: 2, base64: 'AQA=' }],
    ['an array buffer', new ArrayBuffer(2), { $type: 'ArrayBuffer', bytes: 2, base64: 'AAA=' }],
    ['a cycle', cycle, { a: 1, self: { $type: 'cycle' } }],
    ['what has a method toJSON', { toJSON: () => 'no', a: 1 }, { a: 1 }],
  ])('describes %s', (_, value, plain) => {
    expect(plainValue(value)).toStrictEqual(plain);
    expect(through(plainValue(value))).toStrictEqual(plain);
  });

  test('has an error as events have it', () => {
    expect(plainValue({ error: new TypeError('no') })).toMatchObject({
      error: { $type: 'Error', name: 'TypeError', message: 'no' },
    });
  });

  test('is the value itself where that is plain', () => {
    const value = { a: [1, 'b', null, true, { c: [] }] };
    expect(plainValue(value)).toBe(value);
  });

  test('leaves out what is too deep, too much, or throws', () => {
    let deep: unknown = 0;
    for (let level = 0; level < 100_000; level += 1) deep = [deep];
    expect(JSON.stringify(plainValue(deep))).toContain('"omitted"');
    // What it refers to forty times, forty times: JSON would never come to an end.
    let wide: unknown = 'x'.repeat(1_000_000);
    for (let level = 0; level < 40; level += 1) wide = [wide, wide];
    expect(JSON.stringify(plainValue(wide)).length).toBeLessThan(100_000_000);
    const hostile = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('no');
        },
      },
    );
    expect(plainValue({ hostile })).toEqual({ hostile: { $type: 'omitted' } });
    expect(JSON.stringify(plainValue(Buffer.alloc(10_000_000))).length).toBeLessThan(2_000);
  });

  test('is the same after JSON, whatever it is', () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withSparseArray: true,
      withNullPrototype: true,
      withUnicodeString: true,
    });
    fc.assert(
      fc.property(anything, (value) => {
        const plain = plainValue(value);
        expect(through(plain)).toEqual(plain);
      }),
    );
  });

  test('changes no plain data', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const plain = through(value);
        expect(plainValue(plain)).toBe(plain);
      }),
    );
  });
});
