import type { Observable, OperatorFunction } from 'rxjs';
import { map } from 'rxjs';
import { expectTypeOf, test } from 'vitest';
import {
  autoscale,
  type AutoscaleOptions,
  type Config,
  type SizeDecision,
  stats$,
  type WorkerSample,
} from '../../src/index.js';

test('autoscale is an operator from stats$ to what the option worker follows', () => {
  expectTypeOf(autoscale({ min: 2, max: 8 })).toEqualTypeOf<OperatorFunction<WorkerSample, SizeDecision>>();
  expectTypeOf(stats$).toExtend<Observable<WorkerSample>>();
  const configs: readonly Config[] = [
    { worker: stats$.pipe(autoscale()) },
    { worker: stats$.pipe(autoscale({ up: 0.8, down: 0.2, cooldown: 5_000, memory: '80%', emergency: false })) },
    {
      worker: stats$.pipe(
        autoscale({ max: 4 }),
        map(({ to }) => 2 * to),
      ),
    },
    // @ts-expect-error a size without a reason is a number
    { worker: stats$.pipe(map(() => ({ to: 2 }))) },
  ];
  expectTypeOf(configs).toExtend<readonly Config[]>();
});

test('its options have types', () => {
  expectTypeOf<{ memory: '80%'; min: 2 }>().toExtend<AutoscaleOptions>();
  expectTypeOf<{ memory: '0.8' }>().not.toExtend<AutoscaleOptions>();
  expectTypeOf<{ up: '80%' }>().not.toExtend<AutoscaleOptions>();
});
