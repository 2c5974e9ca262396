import { defer, type Observable, takeWhile } from 'rxjs';
import { ConfigError } from '../index.js';
import { type Moment, replay } from '../record.js';
import { drawEvents } from './drawEvents.js';
import { completeOptions, type MarblesOptions } from './options.js';

/** How a recording is drawn. */
export interface RecordingMarblesOptions extends Pick<MarblesOptions, 'as' | 'width'> {
  /** Where the picture begins: ms since the epoch, or a `Date`. Default: at the first event. */
  readonly from?: Moment | undefined;
  /** Where it ends, included. Default: at the last event. */
  readonly to?: Moment | undefined;
  /** How many workers of a cluster have a row at most. Default: 50. */
  readonly rows?: number | undefined;
  /** How many decisions of a cluster stand below its rows: the last ones. Default: 100. */
  readonly decisions?: number | undefined;
}

/** Draws the time between two moments of a recording once. What was before decides which workers run, and is read, too. */
export const drawRecording = (
  path: string | URL,
  { from, to, ...given }: RecordingMarblesOptions = {},
): Observable<string> => {
  const options = completeOptions({ rows: 50, decisions: 100, ...given });
  const since = momentOf('from', from, -Infinity);
  const until = momentOf('to', to, Infinity);
  if (since > until)
    throw new ConfigError('toMarbles.to', `expected a moment after from, ${new Date(since).toISOString()}, got ${new Date(until).toISOString()}`);
  return defer(() => {
    // If the recording ends before, nobody knows how it went on.
    let goesOn = false;
    const events$ = replay(path).pipe(
      takeWhile(({ time }) => {
        goesOn = time > until;
        return !goesOn;
      }),
    );
    return events$.pipe(drawEvents(options, (now) => [since, goesOn ? until : now]));
  });
};

const momentOf = (name: string, moment: Moment | undefined, otherwise: number): number => {
  const time = moment === undefined ? otherwise : Number(moment);
  if (!Number.isNaN(time)) return time;
  throw new ConfigError(`toMarbles.${name}`, 'expected ms since the epoch or a valid Date, got neither');
};
