import { map, of, throwError } from 'rxjs';
import { exhaustLatest } from '../../../src/fleet/roll/exhaustLatest.js';
import { marbles } from '../../marbles.js';

const thrown = () => {
  // As in a diagram.
  // oxlint-disable-next-line no-throw-literal
  throw 'error';
};

marbles('one runs at a time, and of those that came meanwhile the newest follows', (helpers) => {
  const { cold, hot, expectObservable, expectSubscriptions } = helpers;
  const source$ = hot('  a-b-c---------d-------|');
  const run$ = cold('    1---2|');
  const runs = ['        ^----!', '     -----^----!', '     --------------^----!'];
  const result = '       A---AC---C----D---D---|';
  const named = exhaustLatest((value: string) => run$.pipe(map(() => value.toUpperCase())));
  expectObservable(source$.pipe(named)).toBe(result);
  expectSubscriptions(run$.subscriptions).toBe(runs);
});

marbles('completes when the source and the last run have completed', ({ cold, hot, expectObservable }) => {
  const source$ = hot('a-b|');
  const run$ = cold('  1---2|');
  const result = '     1---21---2|';
  expectObservable(source$.pipe(exhaustLatest(() => run$))).toBe(result);
});

marbles('a run that ends at once makes room at once', ({ cold, expectObservable }) => {
  const source$ = cold('a-(bc)-|');
  expectObservable(source$.pipe(exhaustLatest((value) => of(value)))).toBe('a-(bc)-|');
});

marbles('an error of the source, of a run, or of what makes the run is its own', (helpers) => {
  const { cold, expectObservable } = helpers;
  expectObservable(cold('a-#').pipe(exhaustLatest(() => cold('1---2|')))).toBe('1-#');
  expectObservable(cold('a-b---').pipe(exhaustLatest(() => throwError(() => 'error')))).toBe('#');
  expectObservable(cold('-a-b---').pipe(exhaustLatest(thrown))).toBe('-#');
});

marbles('unsubscribing ends the run', ({ cold, expectObservable, expectSubscriptions }) => {
  const run$ = cold('1-----');
  expectObservable(cold('a-b---').pipe(exhaustLatest(() => run$)), '^---!').toBe('1----');
  expectSubscriptions(run$.subscriptions).toBe('^---!');
});
