import { map, of, Subject } from 'rxjs';
import type { StatsDraft } from '../../../src/features/workerStats/events.js';
import { withSamples } from '../../../src/features/workerStats/withSamples.js';
import type { ProcessEvent } from '../../../src/host/host.js';
import type { ProcessSample } from '../../../src/vocabulary/stats.js';
import { marbles, puppet, ref } from '../../marbles.js';

const slotRef = { cluster: 'test', slot: 1, generation: 1 };
const wants = { t: true, f: false };

const unknown: ProcessSample = { uptime: 5, usage: undefined, report: undefined, age: undefined };
const samples: Readonly<Record<string, ProcessSample>> = {
  1: unknown,
  2: { ...unknown, usage: { state: 'stopped', rss: 1, cpu: 2 } },
};
const drafts: Readonly<Record<string, StatsDraft>> = {
  1: { type: 'stats', worker: ref(), uptime: 5 },
  2: { type: 'stats', worker: ref(), uptime: 5, usage: { state: 'stopped', rss: 1, cpu: 2 } },
};

/** What becomes of a process, and what is emitted: `b` it is sampled from now on, `e` it is not any more, or a draft. */
const acted = () => {
  const emitted$ = new Subject<StatsDraft | string>();
  const state = { begin: () => emitted$.next('b'), end: () => emitted$.next('e') };
  return { emitted$, state, emit: (draft: StatsDraft) => emitted$.next(draft) };
};

const shown = map(({ type }: ProcessEvent) => type.slice(0, 1));

marbles(
  'a process is sampled from its fork to its exit, and nothing of it is lost',
  ({ cold, hot, expectObservable, expectSubscriptions }) => {
    const { emitted$, state, emit } = acted();
    const sample$ = cold('-1-2-1-2', samples);
    const process = { ...puppet().process, sample$ };
    const events: Readonly<Record<string, ProcessEvent>> = {
      f: { type: 'fork', process },
      o: { type: 'online' },
      x: { type: 'exit', code: 0, signal: null, spawn: false },
    };
    const source$ = hot('-f-o--(x|)', events);
    expectObservable(emitted$).toBe('-b1-2-e', { ...drafts, b: 'b', e: 'e' });
    expectObservable(source$.pipe(withSamples(of(true), state, emit, slotRef), shown)).toBe('-f-o--(e|)');
    expectSubscriptions(sample$.subscriptions).toBe('-^----!');
  },
);

marbles(
  'it is sampled while that is wanted, and not when it is not',
  ({ cold, hot, expectObservable, expectSubscriptions }) => {
    const { emitted$, state, emit } = acted();
    const sample$ = cold('-1-2', samples);
    const process = { ...puppet().process, sample$ };
    const source$ = hot<ProcessEvent>('-f', { f: { type: 'fork', process } });
    const wanted$ = hot('--t-f--t-----', wants);
    expectObservable(emitted$, '---------!').toBe('--b1e--b1', { ...drafts, b: 'b', e: 'e' });
    expectObservable(source$.pipe(withSamples(wanted$, state, emit, slotRef), shown), '---------!').toBe('-f');
    expectSubscriptions(sample$.subscriptions).toBe(['--^-!', '-------^-!']);
  },
);

marbles(
  'one that could not be forked, or that nobody wants to know of, is not sampled',
  ({ hot, expectObservable }) => {
    const { emitted$, state, emit } = acted();
    const process = puppet().process;
    const events: Readonly<Record<string, ProcessEvent>> = {
      f: { type: 'fork', process },
      x: { type: 'exit', code: null, signal: null, spawn: true },
    };
    expectObservable(emitted$).toBe('');
    expectObservable(hot('-fx', events).pipe(withSamples(of(false), state, emit, slotRef), shown)).toBe('-fe');
  },
);
