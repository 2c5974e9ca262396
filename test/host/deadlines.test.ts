import { Subject } from 'rxjs';
import { deadlines } from '../../src/host/deadlines.js';
import { marbles, now } from '../marbles.js';

marbles('each deadline is reached at its time, and again when it says', ({ expectObservable }) => {
  const reached$ = new Subject<string>();
  const begin = deadlines(now);
  begin(3, (at) => {
    reached$.next('a');
    return at < 10 ? at + 4 : Infinity;
  });
  begin(2, () => {
    reached$.next('b');
    return Infinity;
  });
  expectObservable(reached$, '---------------!').toBe('--ba---a---a---');
});

marbles('one that is put off is reached later, and one that has ended never', ({ expectObservable, cold }) => {
  const reached$ = new Subject<string>();
  const begin = deadlines(now);
  const once = (name: string) => () => {
    reached$.next(name);
    return Infinity;
  };
  const late = begin(2, once('a'));
  const ended = begin(3, once('b'));
  begin(5, once('c'));
  cold('-pe').subscribe((what) => (what === 'p' ? late.putOff(9) : ended.end()));
  expectObservable(reached$, '----------!').toBe('-----c---a-');
});

marbles('where none is left no timer is, and a later one is reached all the same', ({ expectObservable, cold }) => {
  const reached$ = new Subject<string>();
  const begin = deadlines(now);
  begin(4, () => 0).end();
  cold('--b').subscribe(() =>
    begin(7, () => {
      reached$.next('a');
      return Infinity;
    }),
  );
  expectObservable(reached$, '----------!').toBe('-------a---');
});
