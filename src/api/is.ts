import type { ClusterEvent } from '../features/index.js';
import { eventTypes } from '../features/eventTypes.js';
import { validateWord } from '../validation/arguments.js';
import { ConfigError } from '../vocabulary/errors.js';
import type { EventOf } from '../vocabulary/events.js';

/**
 * Whether an event has this type, or one of these types: a type guard for `filter`.
 * Throws `ConfigError` where no type is given, or a word that is not the type of an event.
 *
 * @example
 * events$.pipe(filter(is('exit'))).subscribe(({ code }) => console.log(code));
 * events$.pipe(filter(is('fork', 'exit'))).subscribe(({ type, worker }) => console.log(type, worker.slot));
 */
export const is = <T extends ClusterEvent['type']>(...types: readonly [T, ...T[]]) => {
  const given: readonly string[] = types;
  if (given.length === 0) throw new ConfigError('is()', "expected the type of an event, such as 'exit', got none");
  for (const type of given) validateWord('is()', type, eventTypes, 'the type of an event');
  return <E extends { readonly type: string }>(event: E): event is EventOf<E, T> => given.includes(event.type);
};
