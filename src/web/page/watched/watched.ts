import type { EventLine, MasterReport } from '../../../client.js';
import type { EventDescription, LogRecord } from '../../../index.js';
import { foldEvent, type MasterStatus } from '../../../status.js';
import { append } from './append.js';
import { foldLives, type Life, livesWithStatus } from './lives.js';
import { type Line, type StatusLine, valuesOf } from './line.js';
import { foldLoads, type Load, type Loads, noLoads } from '../../samples/loads.js';
import { foldMarks, type Mark } from './marks.js';
import { foldRolls, noRolls, type Rolls } from './rolls.js';
import { type AllSeries, fine, foldSeries } from '../../samples/series.js';

/** What is known about one master: a fold over the lines of its method `live`. Every part of it is bounded. */
export interface Watched {
  /** Left out until the first status has come. */
  readonly master?: Pick<MasterReport, 'pid' | 'version' | 'startedAt'>;
  readonly clusters: MasterStatus;
  /** The id of the last event in `clusters`, and of the last one that has come. */
  readonly statusId: number;
  readonly lastId: number;
  /** The time of the master at its last line, in ms since the epoch. */
  readonly time: number;
  readonly lives: readonly Life[];
  readonly marks: readonly Mark[];
  readonly rolls: Rolls;
  readonly loads: Loads;
  readonly series: AllSeries;
  readonly records: readonly Numbered[];
  /** How many records and samples the master has left out. */
  readonly dropped: number;
  /** How many events the master did not keep until they could be sent. */
  readonly missed: number;
  readonly kept: Kept;
}

/** A record with a number of its own, because nothing in it is unique. */
export interface Numbered {
  readonly number: number;
  readonly record: LogRecord;
}

/** What a recording is made of: a status, the events before and after it, and the load of each worker every few seconds. */
interface Kept {
  readonly base: MasterStatus;
  /** The id of the last event in `base`, and its time. */
  readonly baseId: number;
  readonly baseTime: number;
  readonly lines: readonly EventLine[];
  readonly loads: readonly Load[];
}

const maxRecords = 1_000;
const maxKeptLines = 5_000;
const maxKeptLoads = 10_000;
const keptEachSeconds = 5;

export const nothingWatched: Watched = {
  clusters: [],
  statusId: 0,
  lastId: 0,
  time: 0,
  lives: [],
  marks: [],
  rolls: noRolls,
  loads: noLoads,
  series: new Map(),
  records: [],
  dropped: 0,
  missed: 0,
  kept: { base: [], baseId: 0, baseTime: 0, lines: [], loads: [] },
};

/** What is known after further lines. */
export const watch = (before: Watched, lines: readonly Line[]): Watched => {
  if (lines.length === 0) return before;
  const status = valuesOf(lines, 'status').at(-1);
  return withLines(status === undefined ? before : withStatus(before, status), lines);
};

/** A stream begins: where it is one of another process, nothing is known any more. */
const withStatus = (before: Watched, { status, last }: StatusLine): Watched => {
  const { pid, version, startedAt, time, clusters } = status;
  const same = before.master?.pid === pid && before.master.startedAt === startedAt && last >= before.lastId;
  const known = same ? before : nothingWatched;
  return {
    ...known,
    master: { pid, version, startedAt },
    clusters,
    statusId: last,
    time,
    lives: livesWithStatus(known.lives, clusters, time),
    // The last lines come once more.
    records: [],
    kept: same ? known.kept : { ...known.kept, base: clusters, baseId: last, baseTime: time },
  };
};

const withLines = (before: Watched, lines: readonly Line[]): Watched => {
  const events = valuesOf(lines, 'event').filter(({ id }) => id > before.lastId);
  const samples = valuesOf(lines, 'sample');
  const records = valuesOf(lines, 'record');
  const { loads, added } = foldLoads(before.loads, samples);
  const number = before.records.at(-1)?.number ?? 0;
  return {
    ...before,
    clusters: foldClusters(
      before.clusters,
      events.filter(({ id }) => id > before.statusId),
    ),
    lastId: events.at(-1)?.id ?? before.lastId,
    time: Math.max(before.time, events.at(-1)?.event.time ?? 0, samples.at(-1)?.time ?? 0),
    lives: foldLives(before.lives, events),
    marks: foldMarks(before.marks, events),
    rolls: foldRolls(before.rolls, events),
    loads,
    series: foldSeries(before.series, added, fine),
    records: append(
      before.records,
      records.map((record, at) => ({ number: number + at + 1, record })),
      maxRecords,
    ),
    dropped: before.dropped + valuesOf(lines, 'dropped').reduce((sum, count) => sum + count, 0),
    missed: before.missed + valuesOf(lines, 'gap').reduce((sum, { from, to }) => sum + to - from + 1, 0),
    kept: keep(before.kept, events, added),
  };
};

/** The status after further events. Their sentences come with them. */
const foldClusters = (status: MasterStatus, lines: readonly EventLine[]): MasterStatus =>
  lines.reduce(
    (before, { event, level, text }) => foldEvent(before, event, (): EventDescription => [level, text]),
    status,
  );

const keep = (kept: Kept, events: readonly EventLine[], added: readonly Load[]): Kept => {
  const { lines, excess } = withoutExcess([...kept.lines, ...events]);
  const due = added.filter(({ time }) => Math.floor(time / 1_000) % keptEachSeconds === 0);
  return {
    ...kept,
    ...advanced(kept, excess),
    lines: events.length === 0 ? kept.lines : lines,
    loads: append(
      kept.loads,
      due.map(({ counts: _, ...load }) => load),
      maxKeptLoads,
    ),
  };
};

/** Not with each event, because the list is long. */
const withoutExcess = (all: readonly EventLine[]) => {
  const count = all.length > 1.25 * maxKeptLines ? all.length - maxKeptLines : 0;
  return { lines: all.slice(count), excess: all.slice(0, count) };
};

/** The status of a recording that begins after these events. */
const advanced = ({ base, baseId, baseTime }: Kept, excess: readonly EventLine[]): Omit<Kept, 'lines' | 'loads'> => {
  const after = excess.filter(({ id }) => id > baseId);
  const last = after.at(-1);
  return last === undefined
    ? { base, baseId, baseTime }
    : { base: foldClusters(base, after), baseId: last.id, baseTime: last.event.time };
};
