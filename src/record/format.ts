import { type ClusterEvent, decodeEvent, eventFormat } from '../index.js';

/** The version of the format of recordings. It changes when this version could not read a recording any more. The format of the events in it has a version of its own, `eventFormat`. */
export const recordingFormat = 1;

/** The options of clusters by their names, as `proteus describe` shows them: without the environment, with secrets masked. */
export type ShownConfigs = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What a recording says about itself, at the beginning of each file, each time it is continued, and when the options of a cluster become known. */
export interface RecordingHeader {
  /** The version of the format of recordings. */
  readonly recording: number;
  /** The version of the format of the events: `eventFormat`. */
  readonly format: number;
  /** The version of proteus-cluster that wrote it. */
  readonly version: string;
  /** When it was written, in ms since the epoch. */
  readonly time: number;
  /** The process that wrote it. */
  readonly pid: number;
  /** The options of each cluster, by its name, as far as they were known. */
  readonly config: ShownConfigs;
  /** The line before is incomplete: the process that wrote it was killed, or the disk was full. */
  readonly unfinished?: true;
}

/** Events are missing at this place of a recording. */
export interface LostEvents {
  /** How many. */
  readonly lost: number;
  readonly why: string;
}

/** What a line says. */
export type Entry =
  | { readonly event: ClusterEvent }
  | { readonly header: RecordingHeader }
  | { readonly missing: LostEvents };

/** Why a line cannot be read. */
export interface Unreadable {
  readonly problem: 'damaged' | 'newer';
  readonly why: string;
}

/** Longer lines are not written, and not read. In characters. */
export const maxLineLength = 2 ** 20;

/** How the first line of a file begins, which tells recordings from other files. */
export const firstCharacters = '{"recording":';

/** A value as a line: JSON of ASCII characters only, so that each of them is one byte. `undefined` if it is too long. */
export const lineOf = (value: RecordingHeader | LostEvents | ClusterEvent): string | undefined => {
  const json = JSON.stringify(value);
  // Faster than to look for a character that is none.
  const isAscii = Buffer.byteLength(json) === json.length;
  const text = isAscii ? json : json.replaceAll(others, escaped);
  return text.length < maxLineLength ? `${text}\n` : undefined;
};

// oxlint-disable-next-line no-control-regex
const others = /[^\u0000-\u007f]/g;
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Reads a line. Accepts any text. */
export const entryOf = (line: string): Entry | Unreadable => {
  const value = parsed(line);
  if (!isRecord(value)) return { problem: 'damaged', why: 'is no JSON object' };
  if ('recording' in value) return headerOf(value);
  if (typeof value['lost'] === 'number' && typeof value['why'] === 'string')
    return { missing: { lost: value['lost'], why: value['why'] } };
  const event = decodeEvent(value);
  return event === undefined ? { problem: 'damaged', why: 'is no event that this version knows' } : { event };
};

const headerOf = (value: Readonly<Record<string, unknown>>): Entry | Unreadable => {
  const { recording, format, version, time, pid, config, unfinished } = value;
  if (typeof recording !== 'number' || typeof format !== 'number' || typeof version !== 'string')
    return { problem: 'damaged', why: 'is no valid header' };
  if (recording > recordingFormat || format > eventFormat)
    return {
      problem: 'newer',
      why: `was written by proteus-cluster ${version.slice(0, 40)} in a newer format (${recording}, events ${format}). This version reads format ${recordingFormat}, events ${eventFormat}. Read it with that version`,
    };
  if (
    typeof time !== 'number' ||
    typeof pid !== 'number' ||
    !isRecord(config) ||
    !Object.values(config).every(isRecord)
  )
    return { problem: 'damaged', why: 'is no valid header' };
  return {
    header: {
      recording,
      format,
      version,
      time,
      pid,
      // Each value has been found to be an object.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      config: config as ShownConfigs,
      ...(unfinished === true && { unfinished }),
    },
  };
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
