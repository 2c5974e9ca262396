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

/** The fields that every event has beside its own. */
export const stampFields = {
  type: text('The type of the event.'),
  time: number('When it was emitted, in ms since the epoch.'),
  seq: number('Counts the events of one run of a cluster, from 1, without a gap. 0: it concerns no cluster that runs.'),
  cluster: text('The name of the cluster.'),
};

/** The schema of each type of events. */
export const eventSchemas: Readonly<Record<string, EventSchema>> = { ...coreEvents, ...featureEvents };

const readers = new Map(
  Object.entries(eventSchemas).map(([type, { fields }]) => {
    const all: Readonly<Record<string, Field<unknown>>> = { ...stampFields, ...fields };
    return [type, readFields(all)] as const;
  }),
);

/**
 * Reads an event from elsewhere, such as a file or another process: `undefined` for what is no event, for a type that this version does not know, and where a field is missing or does not fit. Fields that this
 * version does not know are left out. Accepts any input and never throws.
 *
 * @example
 * const event = decodeEvent(JSON.parse(line));
 * if (event?.type === 'exit') console.log(event.worker.slot, event.code);
 */
export const decodeEvent = (value: unknown): ClusterEvent | undefined => {
  try {
    const type: unknown = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined;
    const read = typeof type === 'string' ? readers.get(type) : undefined;
    // Each field has been read as its schema says, and the compiler compares the schemas with the types.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return read?.(value) as ClusterEvent | undefined;
  } catch {
    return undefined;
  }
};
