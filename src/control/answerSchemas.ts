import type { Schema } from './schema.js';

export const text: Schema = { type: 'string' };
export const integer: Schema = { type: 'integer' };
const number: Schema = { type: 'number' };
const boolean: Schema = { type: 'boolean' };
const time: Schema = { type: 'number', description: 'ms since the epoch' };
export const listOf = (items: Schema): Schema => ({ type: 'array', items });
export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
const optional = Symbol('optional');
type Fields = Readonly<Record<string, Schema | { readonly [optional]: Schema }>>;
const maybe = (schema: Schema) => ({ [optional]: schema });

/** An object with these fields and no others. */
export const objectOf = (fields: Fields): Schema => {
  const entries = Object.entries(fields);
  return {
    type: 'object',
    properties: Object.fromEntries(
      entries.map(([name, field]) => [name, optional in field ? field[optional] : field] as const),
    ),
    required: entries.flatMap(([name, field]) => (optional in field ? [] : [name])),
    additionalProperties: false,
  };
};

const workerRef: Fields = { id: integer, slot: integer, generation: integer, pid: maybe(integer), cluster: text };
const level: Schema = { enum: ['trace', 'debug', 'info', 'warn', 'error'] };
/** As docs/events.md has it. */
const openObject = (description: string): Schema => ({ type: 'object', description, additionalProperties: true });
const restartOutcome: Schema = { enum: ['done', 'aborted', 'cancelled'] };

/** The schemas that several answers share. */
export const sharedSchemas: Readonly<Record<string, Schema>> = {
  Problem: objectOf({ error: objectOf({ code: text, message: text }) }),
  Event: {
    type: 'object',
    description: 'An event of a cluster; its other fields depend on its type, see docs/events.md.',
    properties: { type: text, time, seq: integer, cluster: text },
    required: ['type', 'time', 'seq', 'cluster'],
    additionalProperties: true,
  },
  RecordedEvent: objectOf({ id: integer, level, text, event: ref('Event') }),
  Gap: objectOf({ gap: objectOf({ from: integer, to: integer }) }),
  Dropped: objectOf({ dropped: integer }),
  WorkerRef: objectOf(workerRef),
  Address: objectOf({
    address: { type: ['string', 'null'] },
    port: { type: ['integer', 'null'] },
    addressType: { enum: [4, 6, -1, 'udp4', 'udp6'] },
  }),
  WorkerStatus: objectOf({
    ...workerRef,
    state: { enum: ['booting', 'ready', 'available', 'paused', 'hung', 'leaving'] },
    since: time,
    why: maybe(text),
    forkedAt: time,
    readyAt: maybe(time),
    availableAt: maybe(time),
    listens: listOf(ref('Address')),
    leader: maybe(boolean),
    paused: maybe(boolean),
    hung: maybe(boolean),
    overloaded: maybe(boolean),
    leaving: maybe(boolean),
    sampledAt: maybe(time),
    usage: maybe(openObject('ProcessUsage')),
    report: maybe(openObject('WorkerReport')),
    age: maybe(number),
  }),
  SlotStatus: objectOf({
    slot: integer,
    state: { enum: ['starting', 'running', 'replacing', 'backoff', 'vacant', 'closing'] },
    until: maybe(time),
    generation: integer,
    restarts: integer,
    crashes: integer,
    lastExit: maybe(
      objectOf({
        worker: ref('WorkerRef'),
        time,
        code: { type: ['integer', 'null'] },
        signal: { type: ['string', 'null'] },
        reason: { enum: ['requested', 'left', 'crash', 'spawn'] },
        uptime: number,
        text,
      }),
    ),
    workers: listOf(ref('WorkerStatus')),
  }),
  ClusterStatus: objectOf({
    cluster: text,
    phase: { enum: ['starting', 'running', 'restarting', 'shutting-down', 'ended'] },
    size: integer,
    ready: integer,
    startedAt: time,
    restarts: integer,
    crashes: integer,
    roll: maybe(objectOf({ roll: integer, since: time, slots: listOf(integer), replaced: listOf(integer) })),
    lastRoll: maybe(
      objectOf({
        roll: integer,
        time,
        outcome: restartOutcome,
        replaced: listOf(integer),
        kept: listOf(integer),
        why: maybe(text),
      }),
    ),
    slots: listOf(ref('SlotStatus')),
    standby: listOf(ref('WorkerRef')),
    decisions: listOf(objectOf({ time, type: text, level, text, reason: maybe(text) })),
  }),
  MasterReport: objectOf({
    pid: integer,
    version: text,
    format: integer,
    time,
    startedAt: time,
    control: listOf({ anyOf: [objectOf({ path: text }), objectOf({ host: text, port: integer })] }),
    clusters: listOf(ref('ClusterStatus')),
  }),
  RestartResult: {
    type: 'object',
    properties: { outcome: restartOutcome, replaced: listOf(integer), kept: listOf(integer) },
    required: ['outcome', 'replaced', 'kept'],
    additionalProperties: true,
  },
  PauseResult: {
    type: 'object',
    properties: { outcome: { enum: ['paused', 'resumed', 'refused'] }, slot: integer },
    required: ['outcome', 'slot'],
    additionalProperties: true,
  },
  LogRecord: objectOf({
    worker: ref('WorkerRef'),
    output: { enum: ['stdout', 'stderr'] },
    level: number,
    time,
    msg: text,
    fields: openObject('The other fields of a JSON line.'),
    malformed: maybe({ enum: ['JSON', 'UTF-8'] }),
    part: maybe(integer),
  }),
};

export const accepted: Schema = objectOf({ accepted: { const: true } });
/** The lines of a command that takes time: events, and at last the result. */
export const progressOf = (result: Schema): Schema => ({
  anyOf: [ref('RecordedEvent'), ref('Gap'), objectOf({ result }), ref('Problem')],
});
