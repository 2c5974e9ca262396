import type { ClusterEvent, EventOf } from '../../vocabulary/events.js';
import { eventTypes } from '../../vocabulary/eventTypes.js';
import { validateWord } from '../../validation/arguments.js';

/**
 * A type guard by `type`, for `filter`. Throws `ConfigError` for what is no type of an event.
 *
 * @example
 * events$.pipe(filter(is('exit'))).subscribe(({ code }) => console.log(code));
 */
export const is = <T extends ClusterEvent['type']>(type: T) => {
  validateWord('is()', type, eventTypes, 'the type of an event');
  return <E extends { readonly type: string }>(event: E): event is EventOf<E, T> => event.type === type;
};
