import {
  catchError,
  delay,
  filter,
  ignoreElements,
  map,
  mergeMap,
  type MonoTypeOperatorFunction,
  NEVER,
  type Observable,
  of,
  type OperatorFunction,
  take,
  tap,
  throwError,
} from 'rxjs';
import { describe } from 'vitest';
import type { ClusterOptions } from '../../src/config/clusterOptions.js';
import { backoff } from '../../src/operators/respawn/backoff.js';
import { budget } from '../../src/operators/respawn/budget.js';
import { permanent } from '../../src/operators/respawn/permanent.js';
import { policy as respawnPolicy } from '../../src/operators/respawn/policy.js';
import { cluster$ } from '../../src/streams/cluster.js';
import type { ClusterEvent } from '../../src/features/index.js';
import { type WorkerBehaviour, simulatedHost } from '../../src/testing/simulatedHost.js';
import type { Decision } from '../../src/vocabulary/decision.js';
import { ForkLimitError } from '../../src/vocabulary/errors.js';
import type { ClusterCommand, Departure } from '../../src/vocabulary/events.js';
import { asLetters, marbles, ref } from '../marbles.js';
import { clusterOptions } from '../clusterOptions.js';

type Behaviours = Readonly<Record<number, WorkerBehaviour>>;

interface Cluster extends Partial<ClusterOptions> {
  readonly workers?: Behaviours;
  readonly commands$?: Observable<ClusterCommand>;
}

const cluster = ({ workers = {}, commands$ = NEVER, ...changes }: Cluster): Observable<ClusterEvent> =>
  cluster$(
    simulatedHost({ behave: (_, fork) => workers[fork] ?? workers[0] ?? {} }),
    clusterOptions(changes),
    commands$,
  );

const only = (shown: string) => (events$: Observable<ClusterEvent>) =>
  events$.pipe(
    asLetters(),
    filter((letter) => shown.includes(letter)),
  );

/** `r`: restart, `s`: shutdown, `c`: three slots. */
const commands: Readonly<Record<string, ClusterCommand>> = {
  r: { type: 'restart', request: 'r', why: 'asked' },
  s: { type: 'shutdown', force: false, why: 'asked' },
  c: { type: 'scale', to: 3, why: 'asked' },
};

const crashing: Behaviours = { 0: { crashes: { after: 3 } } };
const firstCrashes: Behaviours = { 1: { crashes: { after: 3 } } };
const in4 = backoff({ initial: 4, factor: 1, jitter: 0 });
const never: MonoTypeOperatorFunction<Decision> = ignoreElements();
const twice: MonoTypeOperatorFunction<Decision> = mergeMap((decision) => [decision, decision]);

describe('a policy of the user', () => {
  marbles('decides about each worker that left', ({ expectObservable }) => {
    const expected = 'f--(xyH)f--(xyH)(f|)';

    const respawn = respawnPolicy(permanent(), backoff({ initial: 5, factor: 1, jitter: 0 }));
    expectObservable(cluster({ worker: 1, workers: crashing, respawn }).pipe(only('fxyHG'), take(9))).toBe(expected);
  });

  marbles('is subscribed once, for all slots, before the first fork', ({ expectObservable }) => {
    const expected = '(af)(yHyH|)';

    const told: string[] = [];
    const counting: OperatorFunction<Departure, Decision> = (departure$) =>
      departure$.pipe(tap({ subscribe: () => told.push('s') }), permanent());
    const events$ = cluster({ workers: { 0: { crashes: { after: 4 } } }, respawn: respawnPolicy(counting, in4) }).pipe(
      only('fyH'),
      map((letter) => `${told.splice(0).join('')}${letter}`),
      take(6),
    );
    expectObservable(events$).toBe(expected, { a: 'sf', f: 'f', y: 'y', H: 'H' });
  });

  marbles('may take its time', ({ expectObservable }) => {
    const expected = 'f--(xy)--H---f-';

    const respawn = respawnPolicy(permanent(), delay(6), in4);
    expectObservable(cluster({ worker: 1, workers: firstCrashes, respawn }).pipe(only('fxyH'))).toBe(expected);
  });

  marbles('has its first decision carried out, and the others not', ({ expectObservable }) => {
    const expected = 'f--(xyH)---f--';

    const respawn = respawnPolicy(permanent(), backoff({ initial: 8, factor: 1, jitter: 0 }), twice);
    expectObservable(cluster({ worker: 1, workers: firstCrashes, respawn }).pipe(only('fxyHV'))).toBe(expected);
  });

  marbles('gives up with its own reason', ({ expectObservable }) => {
    const expected = 'f--(xyGXF#)';

    const respawn = respawnPolicy(
      permanent(),
      map((decision) => ({ type: 'give-up', departure: decision.departure, why: 'the licence has expired' })),
    );
    const worker = ref({ id: 1, slot: 1 });
    const error = new ForkLimitError({ worker, why: 'exited with code 1', reason: 'the licence has expired' });
    expectObservable(cluster({ worker: 1, workers: crashing, respawn }).pipe(only('fxyGXF'))).toBe(
      expected,
      undefined,
      error,
    );
  });

  marbles('keeps the budget and degraded by composing the blocks', ({ expectObservable }) => {
    const expected = 'f--(yH)-f--(yD)---------f';

    const respawn = respawnPolicy(
      permanent(),
      budget({ maxForkCount: 2 }),
      backoff({ initial: 5, factor: 1, max: 13, jitter: 0 }),
    );
    const one$ = cluster({ workers: { 1: { crashes: { after: 3 } }, 3: { crashes: { after: 3 } } }, respawn }).pipe(
      filter((event) => 'worker' in event && event.worker?.slot === 1),
      only('fyHDG'),
    );
    expectObservable(one$).toBe(expected);
  });
});

describe('while a replacement is tried in the slot', () => {
  marbles('a decision waits until it has failed', ({ hot, expectObservable }) => {
    // The worker crashes at 9, and the decision comes at 15; the replacement, forked at 13, crashes at 21.
    const workers = { 1: { crashes: { after: 9 } }, 2: { listening: 20, crashes: { after: 8 } } };
    const commands$ = hot('-------------r-------------', commands);
    const expected = '      f--------(xy)f-------(xAH)f';

    const respawn = respawnPolicy(permanent(), delay(6), backoff({ initial: 5, factor: 1, jitter: 0 }));
    expectObservable(cluster({ worker: 1, workers, respawn, commands$ }).pipe(only('fxyHQA'))).toBe(expected);
  });
});

describe('without a decision', () => {
  marbles('the slot is empty until the next restart', ({ hot, expectObservable }) => {
    const commands$ = hot('----------r------', commands);
    const expected = '      (ff)------(Pf)-(QPf)QE';

    const respawn = respawnPolicy(permanent(), never);
    expectObservable(cluster({ workers: firstCrashes, respawn, commands$ }).pipe(only('fHVPQE'))).toBe(expected);
  });

  marbles('the slot is empty until the next scaling', ({ hot, expectObservable }) => {
    const commands$ = hot('----------c------', commands);
    const expected = '      (ff)------(Cff)--';

    const respawn = respawnPolicy(permanent(), never);
    expectObservable(cluster({ workers: firstCrashes, respawn, commands$ }).pipe(only('fHVC'))).toBe(expected);
  });

  marbles('the cluster can be shut down', ({ hot, expectObservable }) => {
    const commands$ = hot('----------s------', commands);
    const expected = '      f--y------(XF|)';

    const respawn = respawnPolicy(permanent(), never);
    expectObservable(cluster({ worker: 1, workers: firstCrashes, respawn, commands$ }).pipe(only('fyXF'))).toBe(
      expected,
    );
  });
});

describe('a policy that ends', () => {
  const boom = new Error('boom');

  marbles('with an error leaves slots vacant from then on, and is the error of the cluster', ({ expectObservable }) => {
    const expected = '(eff)----(xyV)-(xyVXF#)';

    const workers = { 1: { crashes: { after: 9 } }, 2: { crashes: { after: 15 } } };
    const respawn = respawnPolicy(() => throwError(() => boom));
    expectObservable(cluster({ workers, respawn }).pipe(only('fexyVXF'))).toBe(expected, undefined, boom);
  });

  marbles('by throwing in a decision is the error of the cluster when every slot is vacant', ({ expectObservable }) => {
    const expected = 'f--(xyeVXF#)';

    const respawn = respawnPolicy(
      map((): Decision => {
        throw boom;
      }),
    );
    expectObservable(cluster({ worker: 1, workers: crashing, respawn }).pipe(only('fexyVXF'))).toBe(
      expected,
      undefined,
      boom,
    );
  });

  marbles('with what is no decision is a TypeError', ({ expectObservable }) => {
    const expected = 'f--(xyeVXFn|)';

    const late = map(({ departure, why }: Decision): Decision => ({
      type: 'respawn',
      departure,
      delay: Number.NaN,
      why,
    }));
    const told$ = cluster({ worker: 1, workers: crashing, respawn: respawnPolicy(permanent(), late) });
    const named$ = told$.pipe(
      only('fexyHVXF'),
      catchError((error: unknown) => of(error instanceof TypeError ? 'n' : '?')),
    );
    expectObservable(named$).toBe(expected);
  });

  marbles('by completing is an error after a failure', ({ expectObservable }) => {
    const expected = 'f--(xyH)f--(xyVXFn|)';

    const respawn = respawnPolicy(permanent(), backoff({ initial: 5, factor: 1, jitter: 0 }), take(1));
    const told$ = cluster({ worker: 1, workers: crashing, respawn }).pipe(only('fxyHVXF'));
    expectObservable(told$.pipe(catchError(({ name }: Error) => of(name === 'WorkerExitError' ? 'n' : '?')))).toBe(
      expected,
    );
  });

  marbles('by completing is none after an exit with code 0', ({ expectObservable }) => {
    const expected = 'f--(xyVXF|)';

    const workers = { 0: { crashes: { after: 3, code: 0 } } };
    const respawn = respawnPolicy(permanent(), take(0));
    expectObservable(cluster({ worker: 1, workers, respawn }).pipe(only('fxyHVXF'))).toBe(expected);
  });
});
