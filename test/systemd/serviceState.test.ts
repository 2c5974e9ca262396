import { distinctUntilChanged, map, Subject } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { ClusterEvent } from '../../src/index.js';
import { serviceState, type ServiceState } from '../../src/systemd/serviceState.js';
import type { EventDraft } from '../../src/vocabulary/events.js';
import { life, marbles, ref, stamped } from '../marbles.js';
import { rehearse, simulatedHost } from '../../src/testing.js';

const times = { readyTimeout: 60_000 };
const [one, two] = [life(ref({ id: 1 })), life(ref({ id: 2 }))];
const started: EventDraft = { type: 'started', workers: 2, after: 9 };
const begin: EventDraft = { type: 'restart-begin', roll: 3, requests: ['r1'], slots: [1, 2] };
const aborted: EventDraft = { type: 'replace-abort', roll: 3, slot: 1, why: 'it exited' };
const result = { outcome: 'aborted', roll: 3, replaced: [], kept: [1, 2], cause: { why: 'it exited' } } as const;

/** The last state after these events. */
const after = (...events: readonly EventDraft[]): ServiceState | undefined => {
  const events$ = new Subject<ClusterEvent>();
  let last: ServiceState | undefined;
  events$.pipe(serviceState(times)).subscribe((state) => {
    last = state;
  });
  for (const event of events) events$.next(stamped(event));
  return last;
};

const upAndRunning = [one.f, two.f, one.r, two.r, started];

describe('a sentence for each state', () => {
  test.for<readonly [string, readonly EventDraft[]]>([
    ['starting: 0 workers ready', []],
    ['starting: 1 worker ready', [one.f, two.f, one.r]],
    ['2 workers ready', upAndRunning],
    ['1 of 2 workers ready', [...upAndRunning, one.c]],
    ['1 of 2 workers ready', [...upAndRunning, one.g]],
    ['2 of 3 workers ready', [...upAndRunning, { type: 'scale', from: 2, to: 3, why: 'asked' }]],
    ['restart 3: 0 of 2 workers replaced', [...upAndRunning, begin]],
    [
      'restart 3: 1 of 2 workers replaced',
      [...upAndRunning, begin, { type: 'replace-end', roll: 3, slot: 1, worker: ref() }],
    ],
    [
      '2 workers ready; restart 3 aborted: it exited',
      [...upAndRunning, begin, aborted, { type: 'restart-abort', roll: 3, requests: ['r1'], result }],
    ],
    [
      '1 of 2 workers ready; slot 1 stays empty',
      [...upAndRunning, one.c, { type: 'vacant', slot: 1, why: 'the respawn policy has completed' }],
    ],
    [
      'shutting down (SIGTERM): 1 worker left',
      [...upAndRunning, { type: 'shutdown', force: false, why: 'SIGTERM' }, one.x],
    ],
  ])('%s', ([sentence, events]) => {
    expect(after(...events)?.sentence).toBe(sentence);
  });
});

test('what went wrong is forgotten when all workers are ready again', () => {
  const failing: EventDraft = { type: 'vacant', slot: 1, why: 'crashed' };
  expect(after(...upAndRunning, one.c, failing, one.f, one.r)?.sentence).toBe('2 workers ready');
});

test('a restart of one slot is no reload', () => {
  expect(after(...upAndRunning, { ...begin, slots: [1], slot: 1 })).toMatchObject({
    phase: 'running',
    sentence: '2 workers ready',
  });
});

test('each fork and each backoff before the start is progress, with the time that it may take', () => {
  expect(after(one.f)).toMatchObject({ progress: 1, patience: 60_000 });
  const backoff: EventDraft = { type: 'backoff', slot: 1, worker: ref(), delay: 2000, charged: true, spent: 1 };
  expect(after(one.f, backoff)).toMatchObject({ progress: 2, patience: 62_000 });
});

const stop = (why: string): EventDraft => ({ type: 'shutdown', force: false, why });

describe('the service stops', () => {
  test('after a signal, and when the application asks for it', () => {
    const signal: EventDraft = { type: 'signal', signal: 'SIGTERM', action: 'shutdown' };
    expect(after(...upAndRunning, signal, stop('SIGTERM'))?.phase).toBe('stopping');
    expect(after(...upAndRunning, stop('shutdown()'))?.phase).toBe('stopping');
  });
  test('not when a supervisor stops a cluster to start it again', () => {
    expect(after(...upAndRunning, stop('the cluster jobs has failed'))?.phase).toBe('running');
  });
});

marbles('from the start to the end of a simulated cluster', ({ cold, expectObservable }) => {
  const phases = { starting: 'i', running: 'r', reloading: 'l', stopping: 't' };
  const asked = cold('20ms R 19ms X', {
    R: { type: 'restart', request: 'r1', why: 'asked' } as const,
    X: { type: 'shutdown', force: false, why: 'shutdown()' } as const,
  });
  const state = rehearse(simulatedHost(), { worker: 2, minReadyTime: 1 }, asked).pipe(
    serviceState(times),
    map(({ phase }) => phases[phase]),
    distinctUntilChanged(),
  );
  const expected = ' i-r 17ms l-------r 11ms t|';

  expectObservable(state).toBe(expected);
});
