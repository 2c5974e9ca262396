import { count, type Decoded, fields, listOf, mapOf, name, number, oneOf, text, total } from './decode.js';
import type { MemberRecord, ServiceRecord, SlotRecord } from './member.js';

const slot = fields<SlotRecord>({ slot: count, generation: count, phase: text });

const service = fields<Omit<ServiceRecord, 'p99'>, Required<Pick<ServiceRecord, 'p99'>>>(
  { release: text, phase: text, size: count, available: count, crashes: count, slots: listOf(slot) },
  { p99: number },
);

/** What a host says of itself. Accepts any input: what is no record is a `problem`, in words. */
export const decodeMember: (value: unknown) => Decoded<MemberRecord> = total(
  fields<MemberRecord>({
    format: oneOf(1),
    host: name,
    instance: name,
    pid: count,
    version: text,
    since: number,
    services: mapOf(service),
  }),
);
