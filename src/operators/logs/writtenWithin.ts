import { validateParts } from '../../validation/arguments.js';

/** A moment: ms since the epoch, or a date. */
type Moment = number | Date;

/**
 * Whether a record is of a span of time, by what it says itself: from `since`, and before `until`. For `filter`. Throws `ConfigError` for anything else.
 *
 * @example
 * const deploy = new Date();
 * logs$.pipe(filter(writtenWithin({ since: deploy }))).subscribe(({ msg }) => console.log(msg));
 */
export const writtenWithin = (span: { readonly since?: Moment; readonly until?: Moment }) => {
  validateParts('writtenWithin()', span, 'span');
  const { since = -Infinity, until = Infinity } = span;
  return <R extends { readonly time: number }>(record: R): record is R =>
    record.time >= Number(since) && record.time < Number(until);
};
