import type { Decoded } from '../records/decode.js';
import { decodeRoll } from '../records/decodeRoll.js';
import type { RollRecord } from '../records/roll.js';
import { natsKey } from '../store/natsNames.js';
import { RollError } from './errors.js';

/** The record of a service, or why it cannot be read and what to do about it. */
export const readRoll = (service: string, value: unknown): Decoded<RollRecord> => {
  const read = decodeRoll(value);
  if (read.problem === undefined && read.record.service === service) return read;
  const why = read.problem ?? `service: expected "${service}", got "${read.record.service}"`;
  return {
    problem: `The record of the restart of ${service} cannot be read (${why}). When no host is in its restart, delete it: nats kv del proteus_<fleet>_rolls ${natsKey(service)}`,
  };
};

/** The record of a service, if there is one. Throws `RollError` if it cannot be read. */
export const requireReadable = (service: string, value: unknown): RollRecord | undefined => {
  if (value === undefined) return undefined;
  const read = readRoll(service, value);
  if (read.problem !== undefined) throw new RollError('invalid-record', read.problem);
  return read.record;
};
