import { EMPTY, map, NEVER, of } from 'rxjs';
import { examine } from '../../../src/features/health/examine.js';
import type { PongFrame } from '../../../src/features/health/frames.js';
import { letterOf } from '../../../src/drawing/alphabet.js';
import { marbles, now, puppet, ref } from '../../marbles.js';

const settings = { interval: 5, timeout: 10, stack: false };

marbles('a worker that goes on and hangs again is reported again', ({ hot, expectObservable }) => {
  const pong = { utilization: 0, inspected: false };
  const pong$ = hot<PongFrame>('-----------------1--', { 1: { ...pong, pong: 1 } });
  const expected = '            ---------------b-z------------b';
  const process = { ...puppet().process, usage$: EMPTY };

  // It is asked at 5 and at 20.
  const finding$ = examine(settings, now, { process, worker: ref(), pong$, ready$: of(true), readyTimeout: 30 });
  expectObservable(finding$.pipe(map(letterOf)), '40ms !').toBe(expected);
});

marbles(
  'a worker whose stack takes longer to read than further answers are missed is reported once',
  ({ cold, expectObservable }) => {
    const stack$ = cold('    ------------(s|)', { s: 'loop (worker.mjs:1:1)' });
    const expected = '       ---------------------------b----------';
    const process = { ...puppet().process, usage$: EMPTY, stack$ };

    // It is asked at 5, and the stack is read from 15.
    const examined = { process, worker: ref(), pong$: NEVER, ready$: of(true), readyTimeout: 30 };
    const finding$ = examine({ ...settings, stack: true }, now, examined);
    expectObservable(finding$.pipe(map(letterOf)), '60ms !').toBe(expected);
  },
);
