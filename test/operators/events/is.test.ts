import { filter, map } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { is } from '../../../src/operators/events/is.js';
import { life, marbles } from '../../marbles.js';

describe('is', () => {
  test('tells whether an event has the type', () => {
    expect(is('exit')(life().x)).toBe(true);
    expect(is('exit')(life().f)).toBe(false);
  });

  marbles('lets a filter know what has passed it', ({ hot, expectObservable }) => {
    const source = hot('  f-o--c-f-x--|', life());
    const expected = '    -----c---x--|';

    const codes = source.pipe(
      filter(is('exit')),
      map(({ code }) => (code === 0 ? 'x' : 'c')),
    );
    expectObservable(codes).toBe(expected);
  });
});
