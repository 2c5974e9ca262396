import type { EventLine, MasterReport } from '../../../client.js';
import type { MasterStatus } from '../../../status.js';
import type { Load } from '../../samples/loads.js';
import { type SeriesData, seriesData } from '../../samples/series.js';
import { nothingWatched, type Numbered, watch, type Watched } from '../watched/watched.js';

/** What a page has seen of a master, as plain data. */
export interface Recording {
  readonly format: 1;
  readonly master: NonNullable<Watched['master']>;
  /** From where to where it can be played, in ms since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly base: MasterStatus;
  readonly baseId: number;
  readonly lines: readonly EventLine[];
  readonly loads: readonly Load[];
  readonly series: SeriesData;
  readonly records: readonly Numbered[];
}

/** What can be played later. `undefined` before anything is known. */
export const recordingOf = (watched: Watched): Recording | undefined => {
  const { master, kept, series, records, time } = watched;
  if (master === undefined) return undefined;
  const { base, baseId, baseTime, lines, loads } = kept;
  return {
    format: 1,
    master,
    from: Math.min(baseTime, lines[0]?.event.time ?? baseTime),
    to: Math.max(time, baseTime),
    base,
    baseId,
    lines,
    loads,
    series: seriesData(series),
    records,
  };
};

/** What was known at a time of the recording. */
export const watchedAt = (recording: Recording, time: number): Watched => {
  const { master, base, baseId, lines, loads, series, records } = recording;
  const status: MasterReport = { ...master, format: 1, time: recording.from, clusters: base };
  const seen = watch(nothingWatched, [
    { kind: 'status', value: { status, last: baseId } },
    ...lines.filter(({ event }) => event.time <= time).map((value) => ({ kind: 'event', value }) as const),
  ]);
  const last = new Map(
    loads.filter((load) => load.time <= time && load.time > time - shownLoadsMs).map((load) => [load.id, load]),
  );
  return {
    ...seen,
    time,
    loads: { samples: new Map(), last },
    series: new Map(
      series.map(([cluster, points]) => [cluster, { points: points.filter(({ at }) => at * 1_000 <= time), open: [] }]),
    ),
    records: records.filter(({ record }) => record.time <= time),
  };
};

/** A recording has the load of a worker every five seconds. */
const shownLoadsMs = 6_000;

/** A recording as the content of a script element. Nothing in it can end the element. */
export const embed = (recording: Recording): string => JSON.stringify(recording).replaceAll('<', String.raw`\u003c`);

/** Reads a recording. `undefined` for anything else. */
export const readRecording = (text: string): Recording | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return isRecording(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

/** The page that has written it is the one that reads it. */
const isRecording = (value: unknown): value is Recording =>
  typeof value === 'object' && value !== null && 'format' in value && value.format === 1 && 'lines' in value;
