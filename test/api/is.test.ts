import { filter, map } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { is } from '../../src/api/is.js';
import { life, marbles } from '../marbles.js';

// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const isOf = (types: readonly string[]) => is(...(types as ['exit']));

describe('is', () => {
  test('returns whether an event has the type', () => {
    expect(is('exit')(life().x)).toBe(true);
    expect(is('exit')(life().f)).toBe(false);
  });

  test('returns whether an event has one of several types', () => {
    const isForkOrExit = is('fork', 'exit');
    expect([life().f, life().x, life().o].map((event) => isForkOrExit(event))).toEqual([true, true, false]);
  });

  test('a word that is no type, and no type at all, is refused', () => {
    expect(() => isOf(['exit', 'frok'])).toThrow(
      `is(): expected the type of an event, got "frok". Did you mean 'fork'?`,
    );
    expect(() => isOf([])).toThrow("is(): expected the type of an event, such as 'exit', got none");
  });

  marbles('narrows the events in a filter', ({ hot, expectObservable }) => {
    const source = hot('  f-o--c-f-x--|', life());
    const expected = '    -----c---x--|';

    const codes = source.pipe(
      filter(is('exit')),
      map(({ code }) => (code === 0 ? 'x' : 'c')),
    );
    expectObservable(codes).toBe(expected);
  });
});
