import type { Observable, OperatorFunction } from 'rxjs';
import type { ClusterEvent } from '../index.js';
import { drawEvents } from './drawEvents.js';
import { drawRecording, type RecordingMarblesOptions } from './drawRecording.js';
import { completeOptions, type MarblesOptions } from './options.js';

/** The two forms of `toMarbles`. */
interface ToMarbles {
  /**
   * Draws what the clusters of the events did in the last minutes: a row for each worker, and below the rows the decisions.
   *
   * ```
   * events     --e---ee-e-----------|
   *            toMarbles()              1. p: a picture
   * pictures   --p---p---p---p---p--(p|)
   * ```
   *
   * Emits a picture as text, or as SVG, at most once in `every` ms: after events, and while a cluster runs also because time goes on. Completes and errors with the events, after a last picture. The columns are as short as all of it
   * fits into the width. A worker that was forked before the first event has a row from its next event on. Messages and samples are not drawn. What it keeps is limited, however many events come for however long.
   * Throws `ConfigError` for a wrong option.
   *
   * @example
   * events$.pipe(toMarbles()).subscribe((picture) => console.log(picture));
   */
  (options?: MarblesOptions): OperatorFunction<ClusterEvent, string>;
  /**
   * Draws a recording, or the time between two moments of it. Emits one picture and completes, or completes at once if the recording has nothing of that time.
   * Errors with `RecordingError` where the recording is damaged, after a picture of what is before that. Throws `ConfigError` for a wrong option.
   *
   * @example
   * toMarbles('web.jsonl', { from: new Date('2026-11-27T21:57:00Z') }).subscribe((picture) => console.log(picture));
   */
  (path: string | URL, options?: RecordingMarblesOptions): Observable<string>;
}

const isPath = (value: unknown): value is string | URL => typeof value === 'string' || value instanceof URL;

// The first argument decides, which the compiler cannot follow.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
export const toMarbles = ((first: string | URL | MarblesOptions = {}, options?: RecordingMarblesOptions) => {
  if (isPath(first)) return drawRecording(first, options);
  const live = completeOptions(first);
  return drawEvents(live, (now) => [now - live.last, now]);
}) as ToMarbles;
