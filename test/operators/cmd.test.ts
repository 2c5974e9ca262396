import { filter, map } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { cmd } from '../../src/operators/cmd.js';
import { marbles } from '../marbles.js';

describe('cmd', () => {
  test.each([{ cmd: 'stop' }, { cmd: 'go', more: 1 }, {}, 'go', ['go'], null, undefined, 7])(
    'says of %o whether it is the command',
    (message) => {
      const isGo = typeof message === 'object' && message !== null && 'more' in message;
      expect(cmd('go')({ message })).toBe(isGo);
    },
  );

  marbles('lets a filter know what a message carries', ({ hot, expectObservable }) => {
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
