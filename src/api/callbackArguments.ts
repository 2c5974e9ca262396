import { constants } from 'node:os';

/** What an emitter, a timer or an Observable hands over to its callback: no address. */
export type Handed = readonly [value: string | number | Event, ...more: readonly unknown[]];

/**
 * The address that a function was called with which is also passed as a callback, if it is one: `process.on('SIGUSR1', restart)`, `timer(5_000).subscribe(shutdown)`.
 * Several arguments, a number, the name of a signal and an object of a class, such as an `Event`, come from whoever calls back. All else is to be checked.
 */
export const addressIn = (given: readonly unknown[]): unknown => {
  const [first] = given;
  return given.length > 1 || typeof first === 'number' || isSignal(first) || isInstance(first) ? undefined : first;
};

const isSignal = (value: unknown): boolean => typeof value === 'string' && Object.hasOwn(constants.signals, value);

const isInstance = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype !== null && prototype !== Object.prototype;
};
