import { constants } from 'node:os';

/** The arguments with which an emitter, a timer or an Observable calls a callback. They are not an address. */
export type CallbackArguments = readonly [value: string | number | Event, ...more: readonly unknown[]];

/**
 * The address in the arguments of a function that is also passed as a callback, such as `process.on('SIGUSR1', restart)` or `timer(5_000).subscribe(shutdown)`.
 * `undefined` for several arguments, a number, the name of a signal, and an instance of a class, such as an `Event`: those come from an emitter, a timer or an Observable.
 * Anything else is returned as it is, and has to be checked.
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
