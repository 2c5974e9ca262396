import { filter, type MonoTypeOperatorFunction } from 'rxjs';

/**
 * Removes some values from a stream and passes them to `other`, in order.
 *
 * ```
 * source              f-m-o-m-x|
 * result              f---o---x|
 * divert(isM, other)  --m---m---
 * ```
 */
export const divert = <T>(isDiverted: (value: T) => boolean, other: (value: T) => void): MonoTypeOperatorFunction<T> =>
  filter((value) => {
    const diverted = isDiverted(value);
    if (diverted) other(value);
    return !diverted;
  });
