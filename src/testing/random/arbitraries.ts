import type { Arbitrary } from 'fast-check';
import type { FastCheck } from '../../dependencies/fastCheck.js';

/** Random values that shrink to the first choice. */
export interface Arbitraries {
  /** A whole number from `min` to `max`. */
  readonly ms: (min: number, max: number) => Arbitrary<number>;
  /** One of these, by their weights. */
  readonly pick: <T>(...weighted: readonly (readonly [number, Arbitrary<T>])[]) => Arbitrary<T>;
  /** One of these values, by their weights. */
  readonly among: <T>(...weighted: readonly (readonly [number, T])[]) => Arbitrary<T>;
}

/** What random schedules are made of. */
export const arbitraries = (fc: FastCheck): Arbitraries => {
  const pick: Arbitraries['pick'] = (...weighted) =>
    fc.oneof({ withCrossShrink: true }, ...weighted.map(([weight, arbitrary]) => ({ weight, arbitrary })));
  return {
    ms: (min, max) => fc.integer({ min, max }),
    pick,
    among: (...weighted) => pick(...weighted.map(([weight, value]) => [weight, fc.constant(value)] as const)),
  };
};
