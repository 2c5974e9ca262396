import type { Observable } from 'rxjs';
import { ConfigError } from '../index.js';
import { type Moment, type RecordingError, recordingHeader, replay } from '../record.js';
import type { Config } from '../testing.js';
import { recordedConfig } from './recordedConfig.js';
import { reproduce, type Reproduction } from './reproduce.js';
import { selectRun } from './selectRun.js';
import { withoutUndecided } from './withoutUndecided.js';

export interface ReproduceOptions {
  /** The name of the cluster. Needed where the recording has several. */
  readonly cluster?: string | undefined;
  /** The options that the cluster ran with. Default: those in the header of the recording. */
  readonly config?: Config | undefined;
  /** Only events from this moment on. */
  readonly from?: Moment | undefined;
  /** Only events up to this moment, which is included. */
  readonly to?: Moment | undefined;
}

/**
 * The same as `reproduce`, of a recording. What is damaged in the file is left out, and is one of the assumptions.
 *
 * Throws `RecordingError` if it is no recording, and `ConfigError` if it has no event of the cluster or lacks the options that it ran with.
 *
 * @example
 * const { config, script, decisions } = reproduceRecording('web.jsonl', { from: new Date('2026-11-27T12:00:00Z') });
 */
export const reproduceRecording = (
  path: string | URL,
  { cluster, config, from, to }: ReproduceOptions = {},
): Reproduction => {
  const damage: RecordingError[] = [];
  const events = emitted(replay(path, { from, to, onDamage: (error) => damage.push(error) }));
  if (events.length === 0 && damage[0] !== undefined) throw damage[0];
  if (events.length === 0) checkSelection(path, from, to);
  const run = selectRun(events, cluster);
  const options = config ?? recordedConfig(recordingHeader(path).config[run.cluster], run.cluster);
  const own = events.filter((event) => event.cluster === run.cluster);
  const reproduction = withoutUndecided(own, (part) => reproduce(part, options, run.cluster));
  return { ...reproduction, assumptions: [...damage.map(({ message }) => message), ...reproduction.assumptions] };
};

/** Nothing was recorded between two moments: says when it was. */
const checkSelection = (path: string | URL, from: Moment | undefined, to: Moment | undefined): void => {
  const all = emitted(replay(path, { onDamage: () => {} }));
  const [first, last] = [all[0], all.at(-1)];
  if (first === undefined || last === undefined) return;
  const between = [from === undefined ? '' : ` from ${shown(from)} on`, to === undefined ? '' : ` up to ${shown(to)}`];
  throw new ConfigError(
    'events',
    `expected some${between.join('')}, got none`,
    `The recording has events from ${shown(first.time)} to ${shown(last.time)}`,
  );
};

const shown = (moment: Moment): string => new Date(moment).toISOString();

/** What a synchronous Observable emits. Throws its error. */
const emitted = <T>(source$: Observable<T>): readonly T[] => {
  const values: T[] = [];
  let failure: { readonly error: unknown } | undefined;
  source$.subscribe({
    next: (value) => values.push(value),
    error: (error: unknown) => (failure = { error }),
  });
  if (failure !== undefined) throw failure.error;
  return values;
};
