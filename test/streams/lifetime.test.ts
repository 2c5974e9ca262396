import { type Observable, ReplaySubject } from 'rxjs';
import { describe } from 'vitest';
import { ForkLimitError } from '../../src/vocabulary/errors.js';
import type { ClusterState } from '../../src/state/clusterState.js';
import { end$, started$ } from '../../src/streams/lifetime.js';
import { asLetters, counted, hour, marbles, now as virtual, ref, setTimeOfDayAt } from '../marbles.js';

const sits = (id: number) => ({ type: 'fork', worker: ref({ id }), why: 'start' }) as const;
const ready = (id: number) => ({ type: 'ready', worker: ref({ id }), why: 'is online' }) as const;
const gone = (id: number) =>
  ({
    type: 'exit',
    worker: ref({ id }),
    code: 1,
    signal: null,
    requested: false,
    reason: 'crash',
    uptime: 1,
  }) as const;
const gaveUp = {
  type: 'give-up',
  slot: 1,
  worker: ref(),
  why: 'exited with code 1',
  reason: 'test',
  spent: 3,
  limit: 3,
} as const;

/** Nobody; one of two is ready; both are; one has gone; a shutdown; it gave up. */
const states: Readonly<Record<string, ClusterState>> = {
  n: counted(2),
  o: counted(2, sits(1), sits(2), ready(1)),
  b: counted(2, sits(1), sits(2), ready(1), ready(2)),
  g: counted(2, sits(1), sits(2), ready(1), ready(2), gone(1)),
  s: counted(2, { type: 'shutdown', force: false, why: 'SIGTERM' }),
  u: counted(2, gaveUp),
};

/** The latest is so now, for who comes late. */
const now = (state$: Observable<ClusterState>) => {
  const subject = new ReplaySubject<ClusterState>(1);
  state$.subscribe(subject);
  return { state$: subject };
};

describe('a cluster', () => {
  marbles('has started when every slot has a ready worker, once', ({ hot, expectObservable, expectSubscriptions }) => {
    const state = hot('   n-o--b-g-b-', states);
    const subs = '        ^----!-----';
    const expected = '    -----(S|)--';

    expectObservable(started$({ state$: state }, { now: virtual })).toBe(expected, {
      S: { type: 'started', workers: 2, after: 5 },
    });
    expectSubscriptions(state.subscriptions).toBe(subs);
  });

  marbles('has not started while a slot waits', ({ hot, expectObservable }) => {
    const state = hot('   n-o--g-o---', states);
    const expected = '    -----------';

    expectObservable(started$({ state$: state }, { now: virtual }).pipe(asLetters())).toBe(expected);
  });

  marbles('ends with the reason of its shutdown, and completes', ({ hot, expectObservable }) => {
    const state = hot('   n-b-s------', states);
    const later = '       -------^---';
    const expected = '    -------(F|)';

    expectObservable(end$(now(state), { now: virtual }), later).toBe(expected, {
      F: { type: 'end', why: 'SIGTERM', after: 7 },
    });
  });

  for (const by of [hour, -hour]) {
    marbles(`has its duration, also if the time of day is set by ${by} ms`, ({ hot, expectObservable }) => {
      const state = hot('   n-o--b-----', states);
      const expected = '    -----(S|)--';

      setTimeOfDayAt(3, by);
      expectObservable(started$({ state$: state }, { now: virtual })).toBe(expected, {
        S: { type: 'started', workers: 2, after: 5 },
      });
    });
  }

  marbles('ends without one where no slot was left', ({ hot, expectObservable }) => {
    const state = hot('   n----------', states);
    const expected = '    (F|)-------';

    expectObservable(end$({ state$: state }, { now: virtual })).toBe(expected, {
      F: { type: 'end', why: 'no slot was left', after: 0 },
    });
  });

  marbles('that gave up ends with an error', ({ hot, expectObservable }) => {
    const state = hot('   u----------', states);
    const expected = '    (F#)-------';

    expectObservable(end$({ state$: state }, { now: virtual }).pipe(asLetters())).toBe(
      expected,
      undefined,
      new ForkLimitError(gaveUp),
    );
  });
});
