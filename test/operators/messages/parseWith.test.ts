import { map, of } from 'rxjs';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { parseWith, type Schema } from '../../../src/operators/messages/parseWith.js';
import { marbles } from '../../marbles.js';

const order = v.object({
  cmd: v.literal('order'),
  id: v.pipe(v.number(), v.integer()),
  note: v.optional(v.string(), 'none'),
});

const said = {
  a: { message: { cmd: 'order', id: 1 } },
  b: { message: { cmd: 'order', id: 'x' } },
  c: { message: { cmd: 'order', id: 2, note: 'n' } },
};
const fitted = { a: { message: { ...said.a.message, note: 'none' } }, c: said.c };

marbles(
  'emits accepted messages with the output of the schema, and reports rejected ones',
  ({ hot, expectObservable, expectSubscriptions, flush }) => {
    const misfits: unknown[] = [];
    const source = hot('  a--b--c|', said);
    const expected = '    a-----c|';

    expectObservable(
      source.pipe(parseWith(order, "cmd('order')", (event, error) => misfits.push([event, error.message]))),
    ).toBe(expected, fitted);
    expectSubscriptions(source.subscriptions).toBe('^------!');
    flush();
    expect(misfits).toEqual([
      [said.b, 'cmd(\'order\'): the schema rejected a message: id: Invalid type: Expected number but received "x"'],
    ]);
  },
);

const tryOut = (validate: (value: unknown) => unknown) => {
  const misfits: string[] = [];
  const seen: unknown[] = [];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const schema = { '~standard': { version: 1, vendor: 'test', validate } } as Schema<unknown>;
  of({ message: 1 }, { message: 2 })
    .pipe(
      parseWith(schema, 'cmd()', (_, error) => misfits.push(error.message)),
      map(({ message }) => message),
    )
    .subscribe((message) => seen.push(message));
  return { misfits, seen };
};

test('a schema that throws rejects every message', () => {
  const thrown = tryOut(() => {
    throw new Error('mine');
  });
  expect(thrown).toEqual({ seen: [], misfits: Array.from({ length: 2 }, () => 'cmd(): the schema threw: mine') });
});

test('an asynchronous schema rejects every message, and the error says why', () => {
  const { seen, misfits } = tryOut(async (value) => ({ value }));
  expect(seen).toEqual([]);
  expect(misfits[0]).toBe('cmd(): expected a synchronous schema, got an asynchronous one. No message passes it');
});

const later = async () => {
  throw new Error('later');
};

test('the rejected promise of an asynchronous schema ends nothing', async () => {
  expect(tryOut(later).misfits).toHaveLength(2);
  // An unhandled rejection would be reported by then.
  await new Promise((resolve) => setImmediate(resolve));
});

test.each([undefined, {}, { '~standard': {} }, () => true])('%o is no schema', (schema) => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  expect(() => parseWith(schema as unknown as Schema<unknown>, 'cmd()', () => {})).toThrow(
    expect.objectContaining({ name: 'ConfigError' }),
  );
});
