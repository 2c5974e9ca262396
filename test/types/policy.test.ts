import { map, type MonoTypeOperatorFunction, type Observable, retry } from 'rxjs';
import { expectTypeOf, test } from 'vitest';
import type { Config } from '../../src/index.js';
import {
  backoff,
  type Decision,
  defaultPolicy,
  type Departure,
  permanent,
  policy,
  type RespawnPolicy,
} from '../../src/policy.js';
import { departure } from '../../src/testing.js';

test('respawn takes a policy, an operator on a life, or a word, and no bare block', () => {
  expectTypeOf<{ respawn: RespawnPolicy }>().toExtend<Config>();
  const configs: readonly Config[] = [
    { respawn: policy(permanent(), backoff()) },
    { respawn: retry({ delay: 1_000 }) },
    { respawn: 'transient' },
    // @ts-expect-error a block is no policy
    { respawn: permanent() },
    // @ts-expect-error nor is a misspelt word
    { respawn: 'permanant' },
  ];
  expectTypeOf(configs).toExtend<readonly Config[]>();
});

test('a policy is an operator from departures to decisions', () => {
  expectTypeOf(defaultPolicy()).parameter(0).toEqualTypeOf<Observable<Departure>>();
  expectTypeOf(defaultPolicy()).returns.toEqualTypeOf<Observable<Decision>>();
  expectTypeOf(departure({ failures: 2 })).toEqualTypeOf<Departure>();
});

test('blocks of your own are operators on decisions', () => {
  const slower: MonoTypeOperatorFunction<Decision> = map((decision) =>
    decision.type === 'respawn' ? { ...decision, delay: 9 } : decision,
  );
  expectTypeOf(policy(permanent(), slower)).toEqualTypeOf<RespawnPolicy>();
  // @ts-expect-error the first block decides about departures
  policy(slower);
  const departures = map(({ departure }: Decision) => departure);
  // @ts-expect-error what a block emits is a decision
  policy(permanent(), departures);
});
