import { filter, map } from 'rxjs';
import type { Process } from '../../src/host/host.js';
import { simulatedHost } from '../../src/testing/simulatedHost.js';
import { marbles } from '../marbles.js';

marbles('a further signal does not delay the death of a process', ({ cold, expectObservable }) => {
  const host = simulatedHost();
  let process: Process | undefined;
  const exit$ = host.fork({ cluster: 'test', slot: 1, generation: 1 }).pipe(
    filter((event) => {
      if (event.type === 'fork') ({ process } = event);
      return event.type === 'exit';
    }),
    map(() => 'x'),
  );
  cold('-----kkk').subscribe(() => process?.kill('SIGKILL'));
  expectObservable(exit$).toBe('------(x|)');
});
