import {
  catchError,
  concatMap,
  defer,
  EMPTY,
  filter,
  finalize,
  from,
  groupBy,
  ignoreElements,
  interval,
  last,
  map,
  merge,
  mergeMap,
  type Observable,
  type OperatorFunction,
  reduce,
  startWith,
  switchMap,
  take,
  takeUntil,
  tap,
  timer,
  window,
} from 'rxjs';
import { events$, logs$, recentLogs } from '../../index.js';
import { subjectPart } from '../store/natsNames.js';
import type { FleetStore } from '../store/store.js';
import { recentEvents } from './recentEvents.js';
import { decodeViewRequest, type ViewedLine, type ViewRequest } from './viewRequest.js';
import { isAskedFor, lineOfEvent, lineOfRecord } from './viewedLine.js';

/** Where viewers say what they want to see. */
export const viewRequests = 'view';
/** Under this, each host has a subject on which it publishes what a viewer has asked for. */
export const viewedUnder = (id: string): string => `viewed.${id}`;

/** A viewer that has not asked again for so long is gone. It asks every 2 s. */
const goneAfterMs = 6_000;
/** More at one time are not answered. */
const maxViewers = 8;
/** Lines are published together, this often. */
const batchMs = 250;
/** So many lines in one batch; the others are counted. */
const maxBatch = 200;

/** What a host can show. */
export interface Viewed {
  /** Subscribed from the beginning: the last events are kept for those who ask later. */
  readonly events$: Observable<ViewedLine>;
  readonly logs$: Observable<ViewedLine>;
  /** The last lines of workers that are kept, the oldest first. */
  readonly recentLogs: () => readonly ViewedLine[];
}

const ofThisProcess: Viewed = {
  events$: events$.pipe(
    // As proteus events on the host: samples would replace everything else within minutes.
    filter(({ type }) => type !== 'message' && type !== 'stats'),
    map(lineOfEvent),
    filter((line) => line !== undefined),
  ),
  logs$: logs$.pipe(map(lineOfRecord)),
  recentLogs: () => recentLogs().map(lineOfRecord),
};

/**
 * Publishes the events or log lines of a host for those who ask, and only as long as they ask. The first answer comes at once, with or without lines: so a viewer learns who is there.
 *
 * ```
 * asks       a---a---a-------------|
 * published  -(recent)-b--b-|
 * ```
 *
 * Never emits and never completes. Errors as the subscription to the store; what cannot be published is lost.
 */
export const answerViewers = (store: FleetStore, host: string, viewed: Viewed = ofThisProcess): Observable<never> =>
  defer(() => {
    let viewers = 0;
    const kept = recentEvents();
    const keeping$ = viewed.events$.pipe(tap(kept.add), ignoreElements());
    const answers$ = store.subscribe(viewRequests).pipe(
      map(({ value }) => decodeViewRequest(value)),
      filter((request) => request !== undefined),
      groupBy(({ id }) => id, { duration: (requests$) => requests$.pipe(switchMap(() => timer(goneAfterMs))) }),
      mergeMap((requests$) => {
        if (viewers >= maxViewers) return requests$.pipe(ignoreElements());
        viewers += 1;
        const gone$ = requests$.pipe(last());
        return requests$.pipe(
          take(1),
          switchMap((request) => linesFor(request, viewed, kept.all)),
          takeUntil(gone$),
          concatMap((lines) =>
            published(store, `${viewedUnder(requests$.key)}.${subjectPart(host)}`, { host, ...lines }),
          ),
          finalize(() => (viewers -= 1)),
        );
      }),
    );
    return merge(keeping$, answers$);
  });

interface Batch {
  readonly lines: readonly ViewedLine[];
  readonly dropped: number;
}

const linesFor = (
  request: ViewRequest,
  { events$, logs$, recentLogs }: Viewed,
  recentEvents: () => readonly ViewedLine[],
): Observable<Batch> => {
  const asked = isAskedFor(request);
  const [coming$, recent] = request.what === 'events' ? [events$, recentEvents] : [logs$, recentLogs];
  const kept = request.lines > 0 ? recent().filter(asked).slice(-request.lines) : [];
  return coming$.pipe(filter(asked), batched(), startWith({ lines: kept, dropped: 0 }));
};

/** Collects lines for a moment. Emits nothing when there were none. */
const batched = (): OperatorFunction<ViewedLine, Batch> => (lines$) =>
  lines$.pipe(
    window(interval(batchMs)),
    mergeMap((window$) =>
      window$.pipe(
        reduce(
          ({ lines, dropped }, line) => {
            if (lines.length >= maxBatch) return { lines, dropped: dropped + 1 };
            lines.push(line);
            return { lines, dropped };
          },
          { lines: [] as ViewedLine[], dropped: 0 },
        ),
      ),
    ),
    filter(({ lines }) => lines.length > 0),
  );

/** In pieces: NATS takes a message of 1 MB at most, and 1,000 recent lines of 4,000 characters are more. */
const published = (store: FleetStore, subject: string, { lines, dropped, host }: Batch & { readonly host: string }) =>
  from(piecesOf(lines)).pipe(
    concatMap((piece, index) => store.publish(subject, { host, lines: piece, dropped: index === 0 ? dropped : 0 })),
    catchError(() => EMPTY),
  );

const maxPiece = 200_000;

const piecesOf = (lines: readonly ViewedLine[]): readonly (readonly ViewedLine[])[] => {
  const pieces: ViewedLine[][] = [[]];
  let size = 0;
  for (const line of lines) {
    const length = line.text.length + (line.fields === undefined ? 0 : JSON.stringify(line.fields).length) + 100;
    if (size + length > maxPiece) {
      pieces.push([]);
      size = 0;
    }
    pieces.at(-1)?.push(line);
    size += length;
  }
  return pieces;
};
