import { coreEvents } from '../vocabulary/coreEvents.js';
import { type Field, number, readFields, text } from '../vocabulary/eventField.js';
import type { EventSchema } from '../vocabulary/eventSchema.js';
import { featureEvents } from './fold.js';
import type { ClusterEvent } from './index.js';

/**
 * The version of the format of events. It changes when a field is removed or its meaning changes, not when fields or types of events are added. It is not in each event: a file, a stream or
 * a response with events names it once.
 */
export const eventFormat = 1;

/** The fields that every event has, in addition to those of its type. */
export const stampFields = {
  type: text('The type of the event.'),
  time: number('When it was emitted, in ms since the epoch.'),
  seq: number('Counts the events of one run of a cluster, from 1, without a gap. 0: it concerns no cluster that runs.'),
  cluster: text('The name of the cluster.'),
};

/** The schema of each type of event. */
export const eventSchemas: Readonly<Record<string, EventSchema>> = { ...coreEvents, ...featureEvents };

const decoders = new Map(
  Object.entries(eventSchemas).map(([type, { fields }]) => {
    const all: Readonly<Record<string, Field<unknown>>> = { ...stampFields, ...fields };
    return [type, readFields(all)] as const;
  }),
);

/**
 * Decodes an event from a file or another process. Returns `undefined` for anything that is no event, for an unknown type, and if a field is missing or invalid. Fields that this
 * version does not know are left out. Accepts any input and never throws.
 *
 * @example
 * const event = decodeEvent(JSON.parse(line));
 * if (event?.type === 'exit') console.log(event.worker.slot, event.code);
 */
export const decodeEvent = (value: unknown): ClusterEvent | undefined => {
  try {
    const type: unknown = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined;
    const decode = typeof type === 'string' ? decoders.get(type) : undefined;
    // The schemas are checked against the types at compile time.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return decode?.(value) as ClusterEvent | undefined;
  } catch {
    return undefined;
  }
};
