import { EMPTY, NEVER, of, Subject, take } from 'rxjs';
import { expect, test } from 'vitest';
import { wanted$, wanting } from '../../src/host/demand.js';
import { marbles } from '../marbles.js';

const asSign = { t: true, f: false };

marbles(
  'a thing is wanted from its first subscriber to the last, by its name',
  ({ hot, expectObservable, expectSubscriptions }) => {
    const source$ = hot('-a-b-c-d-');
    const wanted = wanting('marbles')(source$);
    expectObservable(wanted, '  --^----!').toBe('   ---b-c-');
    expectObservable(wanted, '  ----^----!').toBe(' -----c-d-');
    expectObservable(wanted$('marbles')).toBe('     f-t------f', asSign);
    expectObservable(wanted$('another')).toBe('     f', asSign);
    expectSubscriptions(source$.subscriptions).toBe(['--^----!', '----^----!']);
  },
);

marbles(
  'a stream that ends wants nothing more, and one that ends at once nothing at all',
  ({ cold, expectObservable }) => {
    expectObservable(wanting('ending')(cold('--|'))).toBe('--|');
    expectObservable(wanted$('ending')).toBe('t-f', asSign);
    expectObservable(wanting('at once')(EMPTY)).toBe('|');
    expectObservable(wanting('at once')(of('a', 'b')).pipe(take(1))).toBe('(a|)');
    expectObservable(wanted$('at once')).toBe('f', asSign);
  },
);

test('nothing is left of a thousand subscribers', () => {
  const heard: boolean[] = [];
  wanted$('thousand').subscribe((wanted) => heard.push(wanted));
  const source$ = new Subject<void>();
  for (let round = 0; round < 1_000; round += 1) {
    const one = wanting('thousand')(source$).subscribe();
    const other = wanting('thousand')(NEVER).subscribe();
    one.unsubscribe();
    other.unsubscribe();
  }
  expect(source$.observed).toBe(false);
  expect(heard).toHaveLength(2_001);
  expect(heard.at(-1)).toBe(false);
});
