import {
  concat,
  connect,
  defer,
  dematerialize,
  distinctUntilChanged,
  exhaustMap,
  filter,
  ignoreElements,
  map,
  materialize,
  merge,
  mergeMap,
  of,
  onErrorResumeNextWith,
  type OperatorFunction,
  takeUntil,
  takeWhile,
  tap,
  timer,
} from 'rxjs';
import type { ClusterEvent } from '../index.js';
import { draw, svgColumns } from './draw.js';
import { completeOptions, type MarblesOptions } from './options.js';
import { timeline } from './timeline.js';

/**
 * Draws what the clusters of the events did in the last minutes: a row for each worker, and below the rows the decisions.
 *
 * ```
 * events     --e---ee-e-----------|
 *            toMarbles()              1. p: a picture
 * pictures   --p---p---p---p---p--(p|)
 * ```
 *
 * Emits a picture as text, or as SVG, at most once in `every` ms: after events, and while a cluster runs also because time goes on. Completes and errors with the events, after a last picture. The columns are as short as all of it fits into
 * the width. A worker that was forked before the first event has a row from its next event on. Messages and samples are not drawn. What it keeps is limited, however many events come for however long.
 * Throws `ConfigError` for a wrong option.
 *
 * @example
 * events$.pipe(toMarbles()).subscribe((picture) => console.log(picture));
 */
export const toMarbles = (given: MarblesOptions = {}): OperatorFunction<ClusterEvent, string> => {
  const options = completeOptions(given);
  const { as, width, every, now } = options;
  const columns = (nameWidth: number) => (as === 'svg' ? svgColumns : width - nameWidth);
  return (events$) =>
    defer(() => {
      const { add, last, timeOf, runs, pictures } = timeline({ ...options, columns });
      let isNew = false;
      let time = -Infinity;
      const pictureAfter = (ms: number) => {
        isNew = false;
        // Without a clock it is no earlier than the last event, and than the last picture and what has passed since.
        time = now === undefined ? Math.max(last(), time + ms) : timeOf(now());
        return draw(pictures(time), options);
      };
      const pictures$ = timer(0, every).pipe(
        takeWhile(() => isNew || runs()),
        map((tick) => pictureAfter(tick === 0 ? 0 : every)),
      );
      return events$.pipe(
        tap((event) => {
          add(event);
          isNew = true;
        }),
        connect((shared$) => {
          const end$ = shared$.pipe(ignoreElements(), materialize());
          return merge(
            shared$.pipe(onErrorResumeNextWith(), exhaustMap(() => pictures$), takeUntil(end$)),
            end$.pipe(mergeMap((end) => concat(defer(() => of(pictureAfter(0))), of(end).pipe(dematerialize())))),
          );
        }),
        filter((text) => text !== undefined),
        distinctUntilChanged(),
      );
    });
};
