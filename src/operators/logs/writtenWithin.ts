import { validateParts } from '../../validation/arguments.js';

/** A time: ms since 1970, or a Date. */
type Time = number | Date;

/**
 * Creates a predicate for log records whose `time` is at or after `since` and before `until`, for `filter`. Throws `ConfigError` for anything else.
 *
 * @example
 * const deploy = new Date();
 * logs$.pipe(filter(writtenWithin({ since: deploy }))).subscribe(({ msg }) => console.log(msg));
 */
export const writtenWithin = (span: { readonly since?: Time; readonly until?: Time }) => {
  validateParts('writtenWithin()', span, 'span');
  const { since = -Infinity, until = Infinity } = span;
  return <R extends { readonly time: number }>(record: R): record is R =>
    record.time >= Number(since) && record.time < Number(until);
};
