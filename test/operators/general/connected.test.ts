import { map, merge, type Observable, of, Subject, switchMap, tap } from 'rxjs';
import { describe } from 'vitest';
import { connected } from '../../../src/operators/general/connected.js';
import { marbles } from '../../marbles.js';

describe('connected', () => {
  marbles('the selector shares one subscription to the source', ({ hot, expectObservable, expectSubscriptions }) => {
    const source = hot('  --a---b---|');
    const sourceSubs = '  ^---------!';
    const expected = '    --(aA)(bB)|';

    const twice = connected((source$: Observable<string>) =>
      merge(source$, source$.pipe(map((letter) => letter.toUpperCase()))),
    );
    expectObservable(source.pipe(twice)).toBe(expected);
    expectSubscriptions(source.subscriptions).toBe(sourceSubs);
  });

  marbles('a value that the source emits in response to begun$ is received', ({ expectObservable }) => {
    const asked$ = new Subject<string>();
    const expected = '(ra)';

    const first$ = of('a').pipe(tap(() => asked$.next('r')));
    const result = asked$.pipe(connected((source$, begun$) => merge(begun$.pipe(switchMap(() => first$)), source$)));
    expectObservable(result).toBe(expected);
  });

  marbles('unsubscribes from the source', ({ hot, expectObservable, expectSubscriptions }) => {
    const source = hot('  --a---b---');
    const sourceSubs = '  ^---!-----';
    const unsub = '       ----!-----';
    const expected = '    --a-------';

    expectObservable(source.pipe(connected((source$) => source$)), unsub).toBe(expected);
    expectSubscriptions(source.subscriptions).toBe(sourceSubs);
  });
});
