import type { LogLevel } from '../../index.js';

/** What somebody wants to see of all hosts, who says so again every few seconds. */
export interface ViewRequest {
  /** Different for each viewer: what hosts answer is published under it. */
  readonly id: string;
  readonly what: 'events' | 'logs';
  /** Only of this service. */
  readonly service?: string;
  /** The lowest level. */
  readonly level: LogLevel;
  /** How many lines or events before now each host sends first. */
  readonly lines: number;
}

/** A line of a worker, or an event as a sentence, on its way from a host to who asked for it. */
export interface ViewedLine {
  /** As wall-clock time of the host, in ms. */
  readonly time: number;
  readonly level: LogLevel;
  readonly service: string;
  readonly slot?: number;
  readonly text: string;
  /** The type of an event. */
  readonly type?: string;
  /** The other fields of a line in JSON. Left out where they are too long. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** Lines of a host that were published together. */
export interface ViewedLines {
  readonly host: string;
  readonly lines: readonly ViewedLine[];
  /** How many were left out, because there were too many. */
  readonly dropped: number;
}

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
const maxRecentLines = 1_000;
const maxId = 64;

const isLevel = (value: unknown): value is LogLevel => levels.some((level) => level === value);
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Accepts any input; `undefined` for what is no request. An id is one part of a subject. */
export const decodeViewRequest = (value: unknown): ViewRequest | undefined => {
  if (!isRecord(value)) return undefined;
  const { id, what, service, level, lines } = value;
  if (typeof id !== 'string' || !/^[\w-]+$/.test(id) || id.length > maxId) return undefined;
  if ((what !== 'events' && what !== 'logs') || !isLevel(level)) return undefined;
  if (service !== undefined && typeof service !== 'string') return undefined;
  if (typeof lines !== 'number' || !Number.isInteger(lines) || lines < 0) return undefined;
  return { id, what, level, lines: Math.min(lines, maxRecentLines), ...(service !== undefined && { service }) };
};

/** Accepts any input: lines that are none are counted as dropped. `undefined` for what is nothing of a host. */
export const decodeViewedLines = (value: unknown): ViewedLines | undefined => {
  if (!isRecord(value)) return undefined;
  const { host, lines, dropped } = value;
  if (typeof host !== 'string' || !Array.isArray(lines)) return undefined;
  if (typeof dropped !== 'number' || !Number.isSafeInteger(dropped) || dropped < 0) return undefined;
  const known = lines.map(decodeLine).filter((line) => line !== undefined);
  return { host, lines: known, dropped: dropped + lines.length - known.length };
};

const decodeLine = (value: unknown): ViewedLine | undefined => {
  if (!isRecord(value)) return undefined;
  const { time, level, service, slot, text, type, fields } = value;
  if (typeof time !== 'number' || !isLevel(level) || typeof service !== 'string' || typeof text !== 'string')
    return undefined;
  return {
    time,
    level,
    service,
    text,
    ...(typeof slot === 'number' && { slot }),
    ...(typeof type === 'string' && { type }),
    ...(isRecord(fields) && { fields }),
  };
};
