import { Subject, tap } from 'rxjs';
import { describe } from 'vitest';
import { booted } from '../../../src/operators/lifecycle/booted.js';
import { asLetters, life, marbles } from '../../marbles.js';

/** Emits when the permit is released. */
const door = () => {
  const through$ = new Subject<string>();
  return { through: () => through$.next('t'), through$ };
};

describe('a worker that boots', () => {
  for (const [letter, what] of [
    ['r', 'is ready'],
    ['v', 'has had long enough'],
    ['g', 'begins to leave'],
  ] as const) {
    marbles(`is through when it ${what}, and at the end`, ({ cold, expectObservable, expectSubscriptions }) => {
      const { through, through$ } = door();
      const source = cold(`  f-o-${letter}----x|`, life());
      const sourceSubs = '   ^---------!';
      const expected = `     f-o-${letter}----x|`;
      const told = '         ----t-----t';

      expectObservable(through$).toBe(told);
      expectObservable(source.pipe(booted(through), asLetters())).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
    });
  }

  marbles('releases its permit after the event has been emitted', ({ cold, expectObservable }) => {
    const { through, through$ } = door();
    const order$ = new Subject<string>();
    const source = cold('  f-r----', life());
    const order = '        f-(rt)-';

    expectObservable(order$).toBe(order);
    through$.subscribe(order$);
    const told$ = source.pipe(
      booted(through),
      asLetters(),
      tap((letter) => order$.next(letter)),
    );
    expectObservable(told$).toBe('f-r----');
  });

  marbles('releases its permit at its exit, if it was never ready', ({ cold, expectObservable }) => {
    const { through, through$ } = door();
    const source = cold('  f-o-c#', life());
    const told = '         -----t';

    expectObservable(through$).toBe(told);
    expectObservable(source.pipe(booted(through), asLetters())).toBe('f-o-x#');
  });

  marbles('releases its permit when it is unsubscribed', ({ cold, expectObservable, expectSubscriptions }) => {
    const { through, through$ } = door();
    const source = cold('  f-o-r-', life());
    const sourceSubs = '   ^--!--';
    const unsub = '        ---!--';
    const told = '         ---t--';

    expectObservable(through$).toBe(told);
    expectObservable(source.pipe(booted(through), asLetters()), unsub).toBe('f-o---');
    expectSubscriptions(source.subscriptions).toBe(sourceSubs);
  });
});
