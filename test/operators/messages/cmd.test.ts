import { filter, map } from 'rxjs';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { cmd } from '../../../src/api/messages/route.js';
import { marbles } from '../../marbles.js';

describe('cmd', () => {
  test.each([{ cmd: 'stop' }, { cmd: 'go', more: 1 }, {}, 'go', ['go'], null, undefined, 7])(
    'says of %o whether it is the command',
    (message) => {
      const isGo = typeof message === 'object' && message !== null && 'more' in message;
      expect(cmd('go')({ message })).toBe(isGo);
    },
  );

  marbles('narrows the message in a filter', ({ hot, expectObservable }) => {
    const source = hot('  g-s-h-|', {
      g: { message: { cmd: 'go', to: 'a' } },
      s: { message: { cmd: 'stop' } },
      h: { message: 'go' },
    });
    const expected = '    a-----|';

    const targets = source.pipe(
      filter(cmd('go')),
      map(({ message }) => message['to']),
    );
    expectObservable(targets).toBe(expected);
  });
});

describe('cmd with a schema', () => {
  const schema = v.object({ cmd: v.literal('go'), to: v.string() });

  marbles('emits the messages of the command that the schema accepts', ({ hot, expectObservable }) => {
    const source = hot('  g-s-h-|', {
      g: { message: { cmd: 'go', to: 'a' } },
      s: { message: { cmd: 'stop', to: 'b' } },
      h: { message: { cmd: 'go', to: 7 } },
    });
    const expected = '    a-----|';

    const targets = source.pipe(
      cmd('go', schema),
      map(({ message }) => message.to),
    );
    expectObservable(targets).toBe(expected);
  });

  test('throws an explanation when it is used in filter', () => {
    const wrong: unknown = cmd('go', schema);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    expect(() => (wrong as (event: unknown) => unknown)({ message: {} })).toThrow(/is an operator, not a predicate/);
  });
});

test.each([7, '', undefined, null, {}])('cmd(%o) is an error at once', (name) => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  expect(() => cmd(name as string)).toThrow(/^cmd\(\): expected a command/);
});
