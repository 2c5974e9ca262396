import type { RollRecord } from '../records/roll.js';
import { RollError } from './errors.js';

/** The record of a roll, or why it cannot be read and what to do about it. */
export type ReadRoll = { readonly record: RollRecord } | { readonly problem: string };

export const readRoll = (_service: string, value: unknown): ReadRoll => ({
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  record: value as RollRecord,
});

/** The record of a roll, if there is one. Throws `RollError` if it cannot be read. */
export const requireReadable = (service: string, value: unknown): RollRecord | undefined => {
  if (value === undefined) return undefined;
  const read = readRoll(service, value);
  if ('problem' in read) throw new RollError('invalid-record', read.problem);
  return read.record;
};
