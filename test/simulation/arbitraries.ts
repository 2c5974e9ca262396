import * as fc from 'fast-check';

export const ms = (min: number, max: number) => fc.integer({ min, max });

export const pick = <T>(...weighted: readonly (readonly [number, fc.Arbitrary<T>])[]): fc.Arbitrary<T> =>
  fc.oneof({ withCrossShrink: true }, ...weighted.map(([weight, arbitrary]) => ({ weight, arbitrary })));

export const among = <T>(...weighted: readonly (readonly [number, T])[]): fc.Arbitrary<T> =>
  pick(...weighted.map(([weight, value]) => [weight, fc.constant(value)] as const));
