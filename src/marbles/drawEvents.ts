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
import type { CompleteOptions } from './options.js';
import { timeline } from './timeline.js';

/** From when to when pictures go, by the time of the last one. */
type SpanAt = (now: number) => readonly [since: number, until: number];

/** Draws events again and again, at most once in `every` ms: after events, and while a cluster runs also because time goes on. Ends with the events, after a last picture. */
export const drawEvents = (options: CompleteOptions, spanAt: SpanAt): OperatorFunction<ClusterEvent, string> => {
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
        return draw(pictures(...spanAt(time)), options);
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
