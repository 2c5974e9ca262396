import * as fc from 'fast-check';
import {
  concat,
  concatMap,
  delay,
  EMPTY,
  filter,
  from,
  map,
  mergeMap,
  type MonoTypeOperatorFunction,
  NEVER,
  type Observable,
  of,
  retry,
  takeWhile,
  throwError,
  timer,
} from 'rxjs';
import type { ClusterOptions } from '../../src/config/clusterOptions.js';
import type { ClusterEvent } from '../../src/features/index.js';
import type { WorkerDraft } from '../../src/vocabulary/events.js';
import type { Decision } from '../../src/vocabulary/decision.js';
import type { SizeDecision } from '../../src/vocabulary/sizeDecision.js';
import { defaultPolicy } from '../../src/operators/respawn/defaultPolicy.js';
import { policy as respawnPolicy, type RespawnPolicy } from '../../src/operators/respawn/policy.js';
import type { Backoff } from '../../src/operators/respawn/backoffDelay.js';
import type { WorkerBehaviour } from '../../src/testing/simulatedHost.js';
import { clusterOptions } from '../clusterOptions.js';
import { among, ms, pick } from './arbitraries.js';
import { featureActs, featureBehaviour, featureRules, featureTriggers } from './features.js';

/** What is asked of a feature: `feature: what`. */
export type FeatureActName = `${string}: ${string}`;

export type Act =
  | FeatureActName
  | 'restart'
  | 'restart slot 1'
  | 'restart slot 2'
  | 'shutdown'
  | 'force'
  | 'unsubscribe'
  | 'suspend'
  | 'scale to 1'
  | 'scale to 2'
  | 'scale to 5'
  | 'SIGUSR2'
  | 'SIGINT'
  | 'SIGTERM'
  | 'SIGQUIT'
  | 'SIGTTIN'
  | 'SIGTTOU';

/** What the observable `worker` does next, `wait` ms after the last. */
interface Say {
  readonly wait: number;
  readonly says: number | 'nonsense' | 'error' | 'complete';
}

/** At a time of the clock, before or after (`late`) everything else of that millisecond. */
interface AtTime {
  readonly at: number;
  readonly late: boolean;
}

/** When an event has been emitted for the `nth` time: `wait` ms later, or inside its `next`. */
interface OnEvent {
  readonly on: ClusterEvent['type'];
  readonly nth: number;
  readonly wait?: number;
}

export type Command = { readonly act: Act } & (AtTime | OnEvent);

/** If left out, connections are closed after half of `disconnectTimeout`. */
type Derived = 'maxStartAttempts' | 'cut' | 'terminal' | 'preload';

type Kind = 'permanent' | 'transient' | 'temporary';

/** A policy of the user's: the blocks of the plain options with others around them, as data. */
export interface Custom {
  readonly kind: Kind;
  /** Decisions come so many ms late, or not before the very next turn (0); left out for at once. */
  readonly late?: number;
  /** The first of so many decisions is forgotten, over and over. */
  readonly forgets?: number;
  /** Every decision is emitted twice. */
  readonly twice: boolean;
}

/** The policy as data, so that a schedule can be printed. */
interface Rules
  extends
    Omit<
      ClusterOptions,
      'name' | 'signals' | 'sizes$' | 'shutdownAfter' | 'respawn' | 'ready' | 'maxBooting' | 'backoff' | Derived
    >,
    Partial<Pick<ClusterOptions, Derived>> {
  readonly respawn: Kind | 'retry' | Custom;
  readonly backoff: Backoff;
  readonly ready: 'auto' | 'online' | 'listening' | 'message' | 'predicate';
  readonly maxBooting: number | 'any';
}

/** Everything that happens to a cluster from outside, as plain data. */
export interface Schedule {
  readonly rules: Rules;
  /** How the first forks behave, in the order in which they are forked. */
  readonly workers: readonly WorkerBehaviour[];
  /** How all later ones do. */
  readonly others: WorkerBehaviour;
  readonly commands: readonly Command[];
  /** The values of the observable `worker`; if there are none, it is a number. */
  readonly sizes: readonly Say[];
  /** When the cluster is shut down for good, in ms. */
  readonly until: number;
  /** The random numbers of the host, repeated. */
  readonly random: number;
}

/** What the schedule's `retry` waits. */
export const retryDelay = 7;

const userOperator: MonoTypeOperatorFunction<WorkerDraft> = retry({ delay: retryDelay });

const following = (sizes: readonly Say[]): Observable<number | SizeDecision | Error> =>
  concat(
    from(sizes).pipe(
      concatMap(({ wait, says }) => (wait === 0 ? of(says) : timer(wait).pipe(map(() => says)))),
      concatMap((says) => (says === 'error' ? throwError(() => new Error('no more')) : of(says))),
      takeWhile((says) => says !== 'complete'),
      map((says) => (typeof says === 'number' ? withReason(says) : new Error(says))),
    ),
    sizes.some(({ says }) => says === 'complete') ? EMPTY : NEVER,
  );

/** Some sizes come with a reason. */
const withReason = (to: number): number | SizeDecision => (to % 2 === 0 ? { to, why: 'test' } : to);

const unchanged: MonoTypeOperatorFunction<Decision> = (decision$) => decision$;

const custom = (
  { kind, late, forgets, twice }: Custom,
  { maxForkCount, maxStartAttempts, backoff }: Pick<Rules, 'maxForkCount' | 'maxStartAttempts' | 'backoff'>,
): RespawnPolicy => {
  return respawnPolicy(
    defaultPolicy({ respawn: kind, maxForkCount, maxStartAttempts, backoff }),
    late === undefined ? unchanged : delay(late),
    forgets === undefined ? unchanged : filter((_, index) => index % forgets > 0),
    twice ? mergeMap((decision) => [decision, decision]) : unchanged,
  );
};

export const optionsOf = ({ rules, sizes }: Schedule): ClusterOptions => {
  const { respawn, ready, maxBooting, ...rest } = rules;
  return clusterOptions({
    ...rest,
    sizes$: following(sizes),
    signals: { ...clusterOptions().signals, SIGTTIN: 'scale-up', SIGTTOU: 'scale-down' },
    maxBooting: maxBooting === 'any' ? Infinity : maxBooting,
    respawn: typeof respawn === 'object' ? custom(respawn, rest) : respawn === 'retry' ? userOperator : respawn,
    ready: ready === 'predicate' ? ({ type }) => type === 'listening' || type === 'message' : ready,
  });
};

export const surgeOf = ({ rules: { maxSurge } }: Schedule, size: number): number =>
  typeof maxSurge === 'number' ? maxSurge : Math.ceil((size * Number.parseFloat(maxSurge)) / 100);

const coreRules = fc.record({
  worker: among([3, 1], [8, 2], [6, 3], [3, 4], [1, 8]),
  maxSurge: among<Rules['maxSurge']>([6, 1], [2, 0], [2, 2], [2, '25%'], [2, '50%'], [3, '100%']),
  maxBooting: among<Rules['maxBooting']>([6, 'any'], [2, 1], [1, 2]),
  ready: among<Rules['ready']>([4, 'auto'], [3, 'listening'], [1, 'online'], [1, 'message'], [1, 'predicate']),
  respawn: pick<Rules['respawn']>(
    [9, among<Kind | 'retry'>([7, 'permanent'], [1, 'transient'], [1, 'temporary'], [1, 'retry'])],
    [
      2,
      fc.record(
        {
          kind: among<Kind>([3, 'permanent'], [1, 'transient'], [1, 'temporary']),
          late: ms(0, 12),
          forgets: ms(1, 4),
          twice: fc.boolean(),
        },
        { requiredKeys: ['kind', 'twice'] },
      ),
    ],
  ),
  maxForkCount: ms(1, 8),
  minUptime: ms(1, 40),
  backoff: fc.record({ initial: ms(0, 5), factor: ms(1, 3), max: ms(1, 25), jitter: among([3, 0], [1, 0.2]) }),
  disconnectTimeout: pick([1, fc.constant(0)], [14, ms(1, 30)], [1, fc.constant(700)]),
  readyTimeout: ms(2, 25),
  minReadyTime: ms(0, 5),
});

const rules: fc.Arbitrary<Rules> = fc
  .tuple(coreRules, featureRules)
  .map(([core, added]) => Object.assign({}, core, added));

/** A healthy worker comes first, because every part of a behaviour shrinks to it. */
const boots: fc.Arbitrary<WorkerBehaviour> = pick<WorkerBehaviour>(
  [8, fc.constant({ saysReady: 2 })],
  [3, fc.record({ online: ms(0, 8), listening: ms(0, 20), saysReady: ms(0, 20) })],
  [1, fc.constant({ listening: false })],
  [
    1,
    fc.record({
      listening: ms(0, 8),
      opens: fc.array(fc.record({ after: ms(0, 30), port: ms(81, 83) }), { maxLength: 2 }),
    }),
  ],
  [1, fc.constant({ spawns: false })],
);

const crash = (after: fc.Arbitrary<number>): fc.Arbitrary<WorkerBehaviour> =>
  fc.record({
    crashes: pick<NonNullable<WorkerBehaviour['crashes']>>(
      [1, fc.record({ after, code: ms(0, 3) })],
      [1, fc.record({ after, signal: fc.constantFrom('SIGSEGV', 'SIGKILL', 'SIGTERM') })],
    ),
  });

/** A death at boot, one that is likely to fall into a roll, and one at any time. */
const lives: fc.Arbitrary<WorkerBehaviour> = pick<WorkerBehaviour>(
  [12, fc.constant({})],
  [3, crash(ms(1, 4))],
  [4, crash(ms(4, 25))],
  [3, crash(ms(1, 90))],
  [2, fc.record({ walksOut: ms(1, 60) })],
  [2, fc.record({ terminated: ms(1, 60) })],
);

const partings: fc.Arbitrary<WorkerBehaviour> = pick<WorkerBehaviour>(
  [8, fc.constant({})],
  [3, fc.record({ leaves: ms(0, 20) })],
  [2, fc.constant({ leaves: Infinity })],
);

const behaviour: fc.Arbitrary<WorkerBehaviour> = fc
  .tuple(boots, lives, partings, featureBehaviour)
  .map((parts): WorkerBehaviour => Object.assign({}, ...parts));

const act: fc.Arbitrary<Act> = among<Act>(
  [24, 'restart'],
  [3, 'restart slot 1'],
  [3, 'restart slot 2'],
  [8, 'SIGUSR2'],
  [3, 'shutdown'],
  [1, 'force'],
  [2, 'SIGINT'],
  [1, 'SIGTERM'],
  [1, 'SIGQUIT'],
  [3, 'unsubscribe'],
  [4, 'suspend'],
  [2, 'scale to 1'],
  [2, 'scale to 2'],
  [2, 'scale to 5'],
  [2, 'SIGTTIN'],
  [2, 'SIGTTOU'],
  // Each is named as its type says.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  ...Object.keys(featureActs).map((name): readonly [number, Act] => [2, name as FeatureActName]),
);

const sizes: fc.Arbitrary<readonly Say[]> = pick<readonly Say[]>(
  [5, fc.constant([])],
  [
    1,
    fc.array(
      fc.record({
        wait: ms(0, 40),
        says: pick<Say['says']>([6, ms(1, 5)], [1, fc.constantFrom<Say['says'][]>('nonsense', 'error', 'complete')]),
      }),
      { minLength: 1, maxLength: 5 },
    ),
  ],
);

const when: fc.Arbitrary<AtTime | OnEvent> = pick<AtTime | OnEvent>(
  [3, fc.record({ at: fc.noBias(ms(0, 80)), late: fc.boolean() })],
  [
    1,
    fc.record(
      {
        on: fc.constantFrom<ClusterEvent['type'][]>(
          'fork',
          'ready',
          'available',
          'stable',
          'overdue',
          'leaving',
          'retire',
          'kill',
          'exit',
          'started',
          ...featureTriggers,
          'backoff',
          'degraded',
          'give-up',
          'vacant',
          'scale',
          'restart',
          'restart-begin',
          'replace-begin',
          'replace-end',
          'replace-abort',
          'restart-end',
          'restart-abort',
          'mixed',
          'signal',
          'shutdown',
        ),
        nth: ms(1, 4),
        wait: ms(0, 6),
      },
      { requiredKeys: ['on', 'nth'] },
    ),
  ],
);

const command: fc.Arbitrary<readonly Command[]> = fc
  .tuple(act, when, fc.constantFrom(1, 5, 499, 500, 501))
  .map(([act, when, gap]) => {
    const first = { act, ...when };
    // A second Ctrl-C means something else than the first, from half a second on.
    return act === 'SIGINT' && 'at' in first ? [first, { ...first, at: first.at + gap }] : [first];
  });

export const commands: fc.Arbitrary<readonly Command[]> = fc
  .array(command, { maxLength: 6 })
  .map((commands) => commands.flat());

export const schedule: fc.Arbitrary<Schedule> = fc.record({
  rules,
  workers: fc.array(behaviour, { maxLength: 14 }),
  others: pick([3, fc.constant<WorkerBehaviour>({ saysReady: 2 })], [1, behaviour]),
  commands,
  sizes,
  until: fc.noBias(ms(30, 120)),
  random: fc.constantFrom(0, 0.5, 0.999),
});
