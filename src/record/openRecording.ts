import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runningConfigs, shownConfig } from '../config.js';
import { type ClusterEvent, eventFormat } from '../index.js';
import { file, sinkTo } from '../log.js';
import { ownVersion } from '../version.js';
import { lineOf, maxLineLength, recordingFormat, type ShownConfigs } from './format.js';
import { type RecordOptions, reporterOf, segmentBytes } from './options.js';
import { RecordingError } from './recordingError.js';
import { olderSegment, refuseOther, segments } from './segments.js';
import { withoutContent } from './withoutContent.js';

/** A file that events are written to. */
export interface Recording {
  /** Writes an event. Never throws and never waits. */
  readonly add: (event: ClusterEvent) => void;
  /** Notes that events are missing here. */
  readonly lost: (events: number, why: string) => void;
  /** Writes what waits, and closes the file. */
  readonly close: () => void;
}

/** Lines wait so long for more of them, unless there are 256 kB: the fixed cost of a write is high. */
const batchDelayMs = 250;
/** As much waits for a disk that is slow or full. Further events are dropped and counted. */
const maxWaitingBytes = 4 * 2 ** 20;

/**
 * Opens a file and writes events to it: what `record` does, for events that come from elsewhere, for example from `proteus-cluster/client`.
 *
 * Continues a recording that exists. Throws `RecordingError` if the file cannot be opened, and `ConfigError` for a wrong option.
 *
 * @example
 * const recording = openRecording('incident.jsonl');
 * for await (const line of master.events({ follow: true })) {
 *   if ('gap' in line) recording.lost(line.gap.to - line.gap.from + 1, 'the master does not keep them any more');
 *   else recording.add(line.event);
 * }
 * recording.close();
 */
export const openRecording = (path: string | URL, options: RecordOptions = {}): Recording => {
  const { messages = false } = options;
  const report = reporterOf(options);
  const maxBytes = segmentBytes(options);
  const name = resolve(path instanceof URL ? fileURLToPath(path) : path);
  // The options of a cluster that begins later may be added to it until its first event.
  const configs = (): ShownConfigs => (options.config === undefined ? runningConfigs() : shownConfigs(options.config));
  let known = configs();
  const clusters = new Set<string>();
  let dropped = 0;
  const headerLine = (unfinished: boolean): string => headerOf(known, unfinished) ?? headerOf({}, unfinished) ?? '';

  const open = () => {
    refuseOther(name);
    refuseOther(olderSegment(name));
    return file(name, {
      rotation: segments(name, maxBytes),
      onLinesLost: () => report(new Error(`recording: ${name} was removed; events of the last second may be lost`)),
      mode: 0o600,
      heading: headerLine,
    });
  };
  const sink = sinkTo(
    attempt(name, open),
    {
      failed: report,
      dropped: (lines, total, why) =>
        report(new Error(`recording: ${name}: ${lines} events were dropped, ${total} so far: ${why}`)),
    },
    { maxBytes: maxWaitingBytes, batchDelayMs, what: 'recording' },
  );

  const droppedLine = (): string => (dropped === 0 ? '' : lostLine(dropped, 'they could not be written fast enough'));
  /** A line that stands for so many events. */
  const write = (line: string, events: number): void => {
    if (sink.write(`${droppedLine()}${line}`, events)) dropped = 0;
    else dropped += events;
  };

  /** The options of a cluster are known when it runs. */
  const noteConfig = ({ cluster, seq }: ClusterEvent): void => {
    if (seq !== 1 && clusters.has(cluster)) return;
    clusters.add(cluster);
    const now = { ...known, ...configs() };
    if (JSON.stringify(now) === JSON.stringify(known)) return;
    known = now;
    sink.writeUncounted(headerLine(false));
  };

  return {
    add: (event) => {
      noteConfig(event);
      write(textOf(event, messages), 1);
    },
    lost: (events, why) => write(lostLine(events, why), events),
    close: () => {
      if (dropped > 0) sink.writeUncounted(droppedLine());
      sink.close();
    },
  };
};

/** With secrets masked, also where the application gives its own options. */
const shownConfigs = (given: Readonly<Record<string, object>>): ShownConfigs =>
  Object.fromEntries(Object.entries(given).map(([cluster, config]) => [cluster, shownConfig(config)]));

const headerOf = (config: ShownConfigs, unfinished: boolean): string | undefined =>
  lineOf({
    recording: recordingFormat,
    format: eventFormat,
    version: ownVersion(),
    time: Date.now(),
    pid: process.pid,
    config,
    ...(unfinished && { unfinished }),
  });

const lostLine = (lost: number, why: string): string => lineOf({ lost, why }) ?? '';

const textOf = (event: ClusterEvent, messages: boolean): string => {
  try {
    const line = lineOf(messages ? event : withoutContent(event));
    return line ?? lostLine(1, `an event of the type ${event.type} is longer than ${maxLineLength} characters`);
  } catch (error) {
    return lostLine(1, `an event of the type ${event.type} is no JSON: ${String(error)}`);
  }
};

const attempt = <T>(path: string, open: () => T): T => {
  try {
    return open();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new RecordingError('unwritable', { path, events: 0 }, `cannot be written: ${why}`, { cause: error });
  }
};
