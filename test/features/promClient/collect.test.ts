import { EMPTY, map, type Observable, of, Subject } from 'rxjs';
import { expect } from 'vitest';
import { collect$ } from '../../../src/features/promClient/collect.js';
import type { PromClientState } from '../../../src/features/promClient/state.js';
import { clusterState } from '../../../src/state/clusterState.js';
import { marbles, ref } from '../../marbles.js';

type Context = Parameters<typeof collect$>[0];
type On = Record<string, Observable<{ readonly worker: ReturnType<typeof ref> }>>;

const answer = { metrics: [], leftOut: 0 };

/** Runs the epic with a cluster of workers 1 and 2, and the given events; what it tells and answers is the id of the worker. */
const running = (wanted$: Observable<boolean>, frames$: Context['frames$'], events: On = {}) => {
  const { state, fold } = clusterState(2);
  for (const id of [1, 2]) fold({ type: 'fork', worker: ref({ id }), why: 'start', time: 0, seq: id, cluster: 'test' });
  const told$ = new Subject<string>();
  const slice: PromClientState = { answers$: new Subject() };
  const context: Context = {
    wanted$: () => wanted$,
    frames$,
    tell: ({ id }) => told$.next(String(id)),
    // Each type has the events of this type.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    on: ((type: string) => events[type] ?? EMPTY) as Context['on'],
    state$: of(state),
    slice,
  };
  const answers$ = slice.answers$.pipe(map(({ worker }) => String(worker.id)));
  return { told$, answers$, run$: collect$(context) };
};

const frames = {
  a: { worker: ref({ id: 1 }), body: answer },
  b: { worker: ref({ id: 2 }), body: answer },
  x: { worker: ref({ id: 1 }), body: 'nonsense' },
};

marbles(
  'workers are asked at once and every 5 s while it is wanted, and answers that were asked for are passed on',
  ({ hot, expectObservable, flush }) => {
    const wanted = hot('t 10001ms f', { t: true, f: false });
    const answered = hot('--(ab)a 5s (ab)', frames);
    const { told$, answers$, run$ } = running(wanted, answered);
    const told: string[] = [];
    told$.subscribe((id) => told.push(id));

    expectObservable(answers$).toBe('--(12) 5001ms (12)');
    expectObservable(run$, '12s !').toBe('');
    flush();
    expect(told).toEqual(['1', '2', '1', '2', '1', '2']);
  },
);

marbles(
  'a worker that does not answer is asked once; one that answers nonsense is asked again',
  ({ hot, expectObservable, flush }) => {
    const answered = hot('--x', frames);
    const { told$, answers$, run$ } = running(of(true), answered);
    const told: string[] = [];
    told$.subscribe((id) => told.push(id));

    expectObservable(answers$).toBe('');
    expectObservable(run$, '11s !').toBe('');
    flush();
    expect(told).toEqual(['1', '2', '1']);
  },
);

marbles(
  'a worker is asked when it is ready and when it leaves, and forgotten when it has exited',
  ({ hot, expectObservable, flush }) => {
    const worker = { worker: ref({ id: 3 }) };
    const answered = hot('---c---c', { c: { worker: ref({ id: 3 }), body: answer } });
    const events: On = {
      ready: hot('--r', { r: worker }),
      retire: hot('-----r', { r: worker }),
      exit: hot('------x', { x: worker }),
    };
    const { told$, answers$, run$ } = running(of(true), answered, events);
    const told: string[] = [];
    told$.subscribe((id) => told.push(id));

    expectObservable(answers$).toBe('---3');
    expectObservable(run$, '9ms !').toBe('');
    flush();
    expect(told).toEqual(['1', '2', '3', '3']);
  },
);

marbles('nobody is asked while it is not wanted', ({ hot, expectObservable, flush }) => {
  const worker = { worker: ref({ id: 1 }) };
  const { told$, answers$, run$ } = running(of(false), hot('--a', frames), { ready: hot('-r', { r: worker }) });
  const told: string[] = [];
  told$.subscribe((id) => told.push(id));

  expectObservable(answers$).toBe('');
  expectObservable(run$, '9ms !').toBe('');
  flush();
  expect(told).toEqual([]);
});
