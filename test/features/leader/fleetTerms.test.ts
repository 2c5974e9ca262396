import { concat, filter, from, map, merge, type Observable, Subject } from 'rxjs';
import { describe } from 'vitest';
import type { GrantResult, LeaderCommand } from '../../../src/features/leader/commands.js';
import type { LeaderDraft } from '../../../src/features/leader/events.js';
import { fleetTerms$ } from '../../../src/features/leader/fleetTerms.js';
import { leaderState } from '../../../src/features/leader/state.js';
import { loop } from '../../../src/operators/general/loop.js';
import { type ClusterState, clusterState } from '../../../src/state/clusterState.js';
import type { CoreEvent, EventDraft, FeatureCommand, Stamped } from '../../../src/vocabulary/events.js';
import { life, marbles, now, ref } from '../../marbles.js';

const [one, two] = [1, 2].map((id) => ref({ id }));

type Draft = EventDraft | LeaderDraft;
type Event = CoreEvent | Stamped<LeaderDraft>;

/** Ready, asked to leave, gone; the leader confirms (of token 7). */
const script: Readonly<Record<string, Draft>> = {
  1: life(one).r,
  2: life(two).r,
  t: life(one).t,
  x: life(one).x,
  S: { type: 'shutdown', force: false, why: 'asked' },
  e: { type: 'leader-end', worker: ref(), why: 'it leaves', token: 7 },
};

/** Terms of 5 ms with the tokens 7, 8 and 6; `w`: withdrawn. */
const commands: Readonly<Record<string, LeaderCommand>> = {
  g: { asked: 'grant', token: 7, validFor: 5 },
  h: { asked: 'grant', token: 8, validFor: 5 },
  o: { asked: 'grant', token: 6, validFor: 5 },
  w: { asked: 'withdraw' },
};

/** Two workers, and what comes of the commands: events, what the workers are told, and what is replied. */
const fleet = (script$: Observable<Draft>, commands$: Observable<LeaderCommand>) => {
  const core = clusterState(2);
  const slice = leaderState();
  const told$ = new Subject<string>();
  const replies$ = new Subject<string>();
  const stamp = (draft: Draft): Event => ({ ...draft, time: 0, seq: 0, cluster: 'test' });
  const fold = (event: Event) => {
    // The core's part looks at its own events only.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const changed = core.fold(event as CoreEvent);
    return slice.fold(event) || changed;
  };
  const tell = (worker: { readonly id: number }, body: unknown) =>
    told$.next(`${worker.id} ${JSON.stringify(body, ['leads', 'token', 'validFor'])}`);
  const reply = (result: unknown) =>
    // The epic replies with this.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    replies$.next((result as GrantResult).outcome.slice(0, 1));
  const orders$ = commands$.pipe(
    map((command): FeatureCommand => ({ type: 'feature', feature: 'leader', command, reply })),
  );
  const forks$ = from<readonly Draft[]>([life(one).f, life(two).f]);
  const terms$ = loop<Draft, Event, ClusterState>(
    () => ({ stamp, state: core.state, fold }),
    ({ on, state$ }) =>
      merge(
        fleetTerms$({
          on,
          state$,
          slice: slice.state,
          commands$: orders$,
          tell,
          host: { now, random: () => 0 },
        }),
        concat(forks$, script$),
      ),
  ).pipe(
    filter((event) => event.type === 'leader-begin' || event.type === 'leader-end'),
    filter((event) => event.type === 'leader-begin' || event.why !== 'it leaves'),
    map((event) => `${event.type === 'leader-begin' ? '' : '-'}${event.worker.id}:${event.token}`),
  );
  return { terms$, told$, replies$ };
};

const names = { a: '1:7', A: '-1:7', c: '1:8', C: '-1:8', d: '2:8' };
const told = {
  a: '1 {"leads":true,"token":7,"validFor":5}',
  e: '1 {"leads":true,"token":8,"validFor":3}',
  f: '1 {"leads":false}',
};

describe('fleetTerms$', () => {
  marbles('nobody leads before a term is granted, and then for its time', ({ hot, expectObservable }) => {
    const source = hot('   -1-2------------', script);
    const orders = hot('   -----g----------', commands);
    const expected = '     -----a----A-----';
    const telling = '      -----a----f-----';

    const { terms$, told$, replies$ } = fleet(source, orders);
    expectObservable(told$).toBe(telling, told);
    expectObservable(replies$).toBe('-----a----------');
    expectObservable(terms$).toBe(expected, names);
  });

  marbles('a term that is renewed goes on, and its leader is told so', ({ hot, expectObservable }) => {
    const source = hot('   -1--------------', script);
    const orders = hot('   -----g---g--g---', commands);
    const expected = '     -----a-----------A';
    const telling = '      -----a---a--a----f';

    const { terms$, told$ } = fleet(source, orders);
    expectObservable(told$).toBe(telling, told);
    expectObservable(terms$).toBe(expected, names);
  });

  marbles('a term waits for a worker that is ready, as long as it is valid', ({ hot, expectObservable }) => {
    const source = hot('   ------1----', script);
    const orders = hot('   ---g-------', commands);
    const expected = '     ------a-A--';

    expectObservable(fleet(source, orders).terms$).toBe(expected, names);
    expectObservable(fleet(hot('--------1--', script), hot('---g-------', commands)).terms$).toBe('');
  });

  marbles('a token is for one worker: when it has left, another one needs the next', ({ hot, expectObservable }) => {
    const source = hot('   -1-2---te-x------', script);
    const orders = hot('   -----g---g-h-----', commands);
    const expected = '     -----a-----d----';
    const replies = '      -----a---r-a----';

    const { terms$, replies$ } = fleet(source, orders);
    expectObservable(replies$, '---------------!').toBe(replies);
    expectObservable(terms$, '---------------!').toBe(expected, names);
  });

  marbles('a term that is withdrawn ends when the leader confirms, or with its time', ({ hot, expectObservable }) => {
    const source = hot('   -1---------e---', script);
    const orders = hot('   ---------gw----', commands);
    const telling = '      ---------af----';

    const { terms$, told$ } = fleet(source, orders);
    expectObservable(told$).toBe(telling, told);
    expectObservable(terms$).toBe('---------a-----', names);
    expectObservable(fleet(hot('-1', script), hot('---gw', commands)).terms$).toBe('---a----A', names);
  });

  marbles('with a higher token the leader of the term before ends first', ({ hot, expectObservable }) => {
    const source = hot('   -1-----e--------', script);
    const orders = hot('   ---g-h----------', commands);
    const expected = '     ---a---c--C-----';
    const telling = '      ---a-f-e--f-----';

    const { terms$, told$ } = fleet(source, orders);
    expectObservable(told$).toBe(telling, told);
    expectObservable(terms$).toBe(expected, names);
  });

  marbles('a worker may lead again after its term has expired', ({ hot, expectObservable }) => {
    const source = hot('   -1-----------------', script);
    const orders = hot('   ---g-------h-------', commands);
    const expected = '     ---a----A--c----C--';

    expectObservable(fleet(source, orders).terms$).toBe(expected, names);
  });

  marbles('a lower token is refused, and after a shutdown nobody leads', ({ hot, expectObservable }) => {
    const source = hot('   ----S-1---', script);
    const orders = hot('   -h-o--h---', commands);
    const replies = '      -a-r--a---';

    const { terms$, replies$ } = fleet(source, orders);
    expectObservable(replies$).toBe(replies);
    expectObservable(terms$).toBe('');
  });
});
