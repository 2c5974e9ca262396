/** A moment: ms since the epoch, or a date. */
type Moment = number | Date;

/**
 * Whether a record is of a span of time, by what it says itself: from `since`, and before `until`. For `filter`.
 *
 * @example
 * const deploy = new Date();
 * logs$.pipe(filter(writtenWithin({ since: deploy }))).subscribe(({ msg }) => console.log(msg));
 */
export const writtenWithin =
  ({ since = -Infinity, until = Infinity }: { readonly since?: Moment; readonly until?: Moment }) =>
  <R extends { readonly time: number }>(record: R): record is R =>
    record.time >= Number(since) && record.time < Number(until);
