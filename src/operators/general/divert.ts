import { filter, type MonoTypeOperatorFunction } from 'rxjs';

/**
 * Takes some values out of a stream and hands them to somebody else, each when its turn has come.
 *
 * ```
 * source              f-m-o-m-x|
 * result              f---o---x|
 * divert(isM, other)  --m---m---
 * ```
 */
export const divert = <T>(picks: (value: T) => boolean, other: (value: T) => void): MonoTypeOperatorFunction<T> =>
  filter((value) => {
    const picked = picks(value);
    if (picked) other(value);
    return !picked;
  });
