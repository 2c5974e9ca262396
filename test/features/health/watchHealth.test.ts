import { ignoreElements, merge, NEVER, Subject } from 'rxjs';
import { watchHealth } from '../../../src/features/health/watchHealth.js';
import type { ProcessEvent } from '../../../src/host/host.js';
import { counted, marbles, now, puppet } from '../../marbles.js';

const slotRef = { cluster: 'test', slot: 1, generation: 1 };

marbles(
  'a worker that says again and again that it answers heartbeats is watched once',
  ({ hot, expectObservable }) => {
    const ping$ = new Subject<string>();
    const process = { ...puppet().process, tell: () => ping$.next('p') };
    const context = {
      on: () => NEVER,
      emit: () => {},
      state$: NEVER,
      state: counted(1),
      host: { now, random: () => 0.5 },
      options: { readyTimeout: 30 },
    };
    const events: Readonly<Record<string, ProcessEvent>> = {
      f: { type: 'fork', process },
      h: { type: 'frame', feature: 'health', body: { hello: true } },
      1: { type: 'frame', feature: 'health', body: { pong: 1, utilization: 0, inspected: false } },
    };
    const source$ = hot('f-hhhh--1----', events);
    const expected = '   -------p----p';

    const watched$ = source$.pipe(
      watchHealth({ interval: 5, timeout: 20, stack: false }, context, slotRef),
      ignoreElements(),
    );
    expectObservable(merge(ping$, watched$), '14ms !').toBe(expected);
  },
);
