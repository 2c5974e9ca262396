import { ignoreElements, map, merge, NEVER, type Observable, Subject, tap } from 'rxjs';
import { describe } from 'vitest';
import type { HealthDraft } from '../../../src/features/health/events.js';
import { watchHeld } from '../../../src/features/health/watchHeld.js';
import type { Process, ProcessEvent } from '../../../src/host/host.js';
import { marbles, now, puppet } from '../../marbles.js';

const health = { interval: 5, timeout: 20 };

/** A process by hand: the pings that it gets, what is told of it, what passes, and how it is killed. */
const held = (process$: Observable<ProcessEvent>, acts$: Subject<string>, release$: Observable<unknown>) => {
  const emit = ({ type }: HealthDraft | { readonly type: string }) => acts$.next(type);
  const context = { emit, host: { now, random: () => 0.5 }, options: { readyTimeout: 30 } };
  const slotRef = { cluster: 'test', slot: 0, generation: 0 };
  return process$.pipe(
    watchHeld({ ...health, stack: false }, context, slotRef, release$),
    map((event) => (event.type === 'leaving' ? event.why : event.type)),
  );
};

const events = (acts$: Subject<string>): Readonly<Record<string, ProcessEvent>> => {
  const process: Process = {
    ...puppet().process,
    tell: (_, body) => acts$.next(JSON.stringify(body)),
    kill: (signal) => acts$.next(signal),
  };
  return {
    f: { type: 'fork', process },
    i: { type: 'fork', process: { ...process, inspected: true } },
    h: { type: 'frame', feature: 'health', body: { hello: true } },
    q: { type: 'held' },
    1: { type: 'frame', feature: 'health', body: { pong: 1, utilization: 0, inspected: false } },
    d: { type: 'disconnect' },
  };
};

const words = { f: 'fork', q: 'held', h: 'frame', 1: 'frame', g: 'killed, because it hangs', d: 'disconnect' };
const acts = { p: '{"ping":1}', r: '{"ping":2}', b: 'hung', k: 'SIGKILL' };

const told = (
  source: string,
  passed: string,
  acted: string,
  { hot, expectObservable }: Parameters<Parameters<typeof marbles>[1]>[0],
  release?: string,
) => {
  const acts$ = new Subject<string>();
  const source$ = hot(source, events(acts$));
  const passed$ = held(source$, acts$, release === undefined ? NEVER : hot(release));
  expectObservable(acts$).toBe(acted, acts);
  expectObservable(passed$, '60ms !').toBe(passed, words);
};

describe('watchHeld', () => {
  marbles('watches from when the process is held, and takes its answers out', (helpers) => {
    const source = '   f-h-q------1-----------------------------';
    const passed = '   f-h-q-----------------------------g------';
    const acted = '    ---------p----r-------------------(bk)---';

    told(source, passed, acted, helpers);
  });

  marbles('does not watch one that does not say that it answers', (helpers) => {
    told('f---q', 'f---q', '', helpers);
  });

  marbles('does not watch one that a debugger may pause', (helpers) => {
    told('i-h-q', 'f-h-q', '', helpers);
  });

  marbles('leaves the process to others when it is released, with its answers', (helpers) => {
    const source = '   f-h-q----------1--------------------';
    const release = '  ------------r-----------------------';
    const passed = '   f-h-q----------1--------------------';
    const acted = '    ---------p--------------------------';

    told(source, passed, acted, helpers, release);
  });

  marbles('does not report one that is killed meanwhile', ({ hot, expectObservable }) => {
    const acts$ = new Subject<string>();
    const source$ = hot('f-h-q-----------', events(acts$));
    const killed$ = hot('---------------k').pipe(tap(() => fork?.kill('SIGKILL')));
    let fork: Process | undefined;
    const keep = tap((event: ProcessEvent) => {
      if (event.type === 'fork') fork = event.process;
    });
    const slotRef = { cluster: 'test', slot: 0, generation: 0 };
    const context = {
      emit: ({ type }: { readonly type: string }) => acts$.next(type),
      host: { now, random: () => 0.5 },
      options: { readyTimeout: 30 },
    };
    const passed$ = source$.pipe(watchHeld({ ...health, stack: false }, context, slotRef, NEVER), keep);
    expectObservable(acts$).toBe('---------p-----k', acts);
    expectObservable(merge(passed$, killed$).pipe(ignoreElements()), '60ms !').toBe('');
  });

  marbles('does not watch one whose channel has closed', (helpers) => {
    told('f-h-q-----d', 'f-h-q-----d', '---------p', helpers);
  });
});
