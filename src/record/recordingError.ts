/**
 * What is wrong with a recording.
 *
 * `unwritable`: the file cannot be opened for writing. `unreadable`: the file does not exist or cannot be read. `empty`: it has no lines. `foreign`: it is no recording. `newer`: a later version of this package wrote it in a format that this version does not know.
 * `damaged`: a line is no event. `truncated`: the last line is incomplete.
 */
export type RecordingProblem = 'unwritable' | 'unreadable' | 'empty' | 'foreign' | 'newer' | 'damaged' | 'truncated';

/** Where something is wrong with a recording. */
export interface RecordingPlace {
  readonly path: string;
  /** The number of the line, from 1. Left out if the problem is the file itself. */
  readonly line?: number | undefined;
  /** How many events were read before it, from the older segment too. */
  readonly events: number;
}

/** A recording cannot be written, or not be read to its end. All events before the problem have been emitted. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';
  readonly path: string;
  readonly line: number | undefined;
  readonly events: number;
  constructor(
    readonly problem: RecordingProblem,
    { path, line, events }: RecordingPlace,
    why: string,
    options?: ErrorOptions,
  ) {
    const where = line === undefined ? path : `${path}, line ${line}`;
    super(`recording: ${where}: ${why}${before(events)}`, options);
    this.path = path;
    this.line = line;
    this.events = events;
  }
}

/** Where nothing was read there is nothing to say about it. */
const before = (events: number): string => {
  if (events === 0) return '';
  return events === 1 ? '. 1 event was read before it' : `. ${events} events were read before it`;
};
