import type { Of } from '../events.js';

/**
 * A type guard by `type`, for `filter`.
 *
 * @example
 * events$.pipe(filter(is('exit'))).subscribe(({ code }) => console.log(code));
 */
export const is =
  <T extends string>(type: T) =>
  <E extends { readonly type: string }>(event: E): event is Of<E, T> =>
    event.type === type;
