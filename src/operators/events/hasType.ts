import type { EventOf } from '../../vocabulary/events.js';

/** A type guard by `type`, for `filter`. `is` of the public API also refuses types that no event has. */
export const hasType =
  <T extends string>(type: T) =>
  <E extends { readonly type: string }>(event: E): event is EventOf<E, T> =>
    event.type === type;
