import type { EventLine, Gap, MasterReport } from '../../../client.js';
import type { LogRecord, StatsEvent } from '../../../index.js';

/** The first line of a stream: the status, and the id of the last event in it. */
export interface StatusLine {
  readonly status: MasterReport;
  readonly last: number;
}

interface Values {
  readonly status: StatusLine;
  readonly event: EventLine;
  readonly sample: StatsEvent;
  readonly record: LogRecord;
  readonly gap: Gap['gap'];
  readonly dropped: number;
}

interface LineOf<K extends keyof Values> {
  readonly kind: K;
  readonly value: Values[K];
}

/** A line of the method `live` of a master. */
export type Line = { readonly [K in keyof Values]: LineOf<K> }[keyof Values];

/** Reads a line. `undefined` for one that is not known: the master may be of a later version. */
export const readLine = (text: string): Line | undefined => {
  try {
    return lineOf(JSON.parse(text));
  } catch {
    return undefined;
  }
};

/** The lines are those of a master of this package. What they must have is looked at, and not every field. */
const lineOf = (value: unknown): Line | undefined => {
  if (!isObject(value)) return undefined;
  if (isObject(value['status']) && Array.isArray(value['status']['clusters'])) return line('status', value);
  if (isObject(value['event']) && typeof value['id'] === 'number' && typeof value['event']['type'] === 'string')
    return line('event', value);
  if (value['type'] === 'stats' && isObject(value['worker'])) return line('sample', value);
  if (typeof value['msg'] === 'string' && isObject(value['worker'])) return line('record', value);
  if (isObject(value['gap'])) return line('gap', value['gap']);
  return typeof value['dropped'] === 'number' ? line('dropped', value['dropped']) : undefined;
};

// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const line = (kind: keyof Values, value: unknown): Line => ({ kind, value }) as Line;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** The values of the lines of one kind, in order. */
export const valuesOf = <K extends keyof Values>(lines: readonly Line[], kind: K): readonly Values[K][] =>
  lines.filter((one): one is Line & LineOf<K> => one.kind === kind).map(({ value }) => value);
