import { concat, filter, from, map, merge, mergeMap, type Observable, take } from 'rxjs';
import { describe } from 'vitest';
import type { FeatureContext } from '../../../src/features/contract/feature.js';
import type { LeaderDraft } from '../../../src/features/leader/events.js';
import { leadership$ } from '../../../src/features/leader/leadership.js';
import { type LeaderState, leaderState } from '../../../src/features/leader/state.js';
import { loop } from '../../../src/operators/general/loop.js';
import { type ClusterState, clusterState } from '../../../src/state/clusterState.js';
import type { CoreEvent, EventDraft, Stamped } from '../../../src/vocabulary/events.js';
import { life, marbles, ref } from '../../marbles.js';

const [one, two, three] = [1, 2, 3].map((id) => ref({ id }));
const shutdown: EventDraft = { type: 'shutdown', force: false, why: 'asked' };

type Draft = EventDraft | LeaderDraft;
type Event = CoreEvent | Stamped<LeaderDraft>;
type Context = FeatureContext<object, LeaderDraft, LeaderState>;

/** What happens to three workers, each in the slot of its number: ready, asked to leave, the end of its term, its exit. */
const script: Readonly<Record<string, Draft>> = {
  1: life(one).r,
  2: life(two).r,
  3: life(three).r,
  t: life(one).t,
  e: { type: 'leader-end', worker: ref(), why: 'it leaves' },
  x: life(one).x,
  w: life(two).x,
  S: shutdown,
};

/** A loop of three slots with the leader's part of the state. */
const looped = (body: (context: Pick<Context, 'on' | 'state$' | 'slice'>) => Observable<Draft>): Observable<Event> => {
  const core = clusterState(3);
  const slice = leaderState();
  const stamp = (draft: Draft): Event => ({ ...draft, time: 0, seq: 0, cluster: 'test' });
  const fold = (event: Event) => {
    // The core's part looks at its own events only.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const changed = core.fold(event as CoreEvent);
    return slice.fold(event) || changed;
  };
  return loop<Draft, Event, ClusterState>(
    () => ({ stamp, state: core.state, fold }),
    (hearing) => body({ ...hearing, slice: slice.state }),
  );
};

/** The terms that begin, by the number of the worker, and those that `leadership$` ends itself. */
const terms = (script$: Observable<Draft>, atEnd: readonly Draft[] = []): Observable<string> => {
  const forks$ = from<readonly Draft[]>([life(one).f, life(two).f, life(three).f]);
  return looped((context) =>
    merge(
      context.on('leader-end').pipe(
        take(1),
        mergeMap(() => atEnd),
      ),
      leadership$(context),
      concat(forks$, script$),
    ),
  ).pipe(
    filter((event) => event.type === 'leader-begin' || (event.type === 'leader-end' && event.why !== 'it leaves')),
    map((event) => ('worker' in event ? `${event.type === 'leader-begin' ? '' : '-'}${event.worker?.id}` : '')),
  );
};

const names = { a: '1', b: '2', c: '3', B: '-2' };

describe('leadership$', () => {
  marbles('appoints the first worker that is ready, and no other', ({ hot, expectObservable }) => {
    const source = hot('     --2--1-3-', script);
    const expected = '       --b------';

    expectObservable(terms(source)).toBe(expected, names);
  });

  marbles(
    'appoints the one in the lowest slot when the term has ended, not when the leader was asked to leave',
    ({ hot, expectObservable }) => {
      const source = hot('   -1-3-2-t--e--x-', script);
      const expected = '     -a--------b----';

      expectObservable(terms(source)).toBe(expected, names);
    },
  );

  marbles('waits for a ready worker, and appoints none twice', ({ hot, expectObservable }) => {
    const source = hot('     -1---e---3-', script);
    const expected = '       -a-------c-';

    expectObservable(terms(source)).toBe(expected, names);
  });

  marbles('appoints no worker after a shutdown has begun', ({ hot, expectObservable }) => {
    const source = hot('     -1-2--S-e-3-', script);
    const expected = '       -a----------';

    expectObservable(terms(source)).toBe(expected, names);
  });

  marbles('ends the term of a worker that could not be told, with its exit', ({ hot, expectObservable }) => {
    const source = hot('     -1-2-3-e-----w-', script);
    const expected = '       -a-----b-----(Bc)';

    expectObservable(terms(source)).toBe(expected, names);
  });

  marbles('ends the term of a worker whose exit was emitted before its term began', ({ hot, expectObservable }) => {
    const source = hot('     -1-2-3-e---', script);
    const expected = '       -a-----(bBc)';

    // The exit is queued while the next leader is decided.
    expectObservable(terms(source, [life(two).x])).toBe(expected, names);
  });
});
