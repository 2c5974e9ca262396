import {
  catchError,
  defer,
  distinctUntilChanged,
  EMPTY,
  exhaustMap,
  from,
  map,
  merge,
  mergeMap,
  type Observable,
  of,
  repeat,
  retry,
  startWith,
  switchMap,
  tap,
  timer,
} from 'rxjs';
import { ControlError, type LogQuery, type Master } from '../client.js';
import { fromStream } from './fromStream.js';
import type { Input } from './model/input.js';

/** Which lines of workers are read. */
export interface LogSelection extends LogQuery {
  /** The `at` of the master. Default: all. */
  readonly at?: string | undefined;
}

const reportEachMs = 2_000;
const retryAfterMs = 1_000;
const lastEvents = 2_000;
/** Lines that are read of each master first, and then in each second. */
const firstLines = 100;
const linesPerSecond = 50;

/** What a master says, from now until this is unsubscribed. It asks again where it gets no answer. */
export const masterInputs = (master: Master, logs$: Observable<LogSelection>): Observable<Input> =>
  merge(reportsOf(master), eventsOf(master), samplesOf(master), logsOf(master, logs$)).pipe(
    startWith<Input>({ type: 'found', at: master.at, ...(master.pid !== undefined && { pid: master.pid }) }),
  );

/** Without an answer it is silent: its event loop is blocked, or its process is stopped. */
const reportsOf = (master: Master): Observable<Input> =>
  timer(0, reportEachMs).pipe(
    exhaustMap(() =>
      from(master.status()).pipe(
        map((report): Input => ({ type: 'report', at: master.at, report })),
        catchError((error: unknown) => of<Input>({ type: isTimeout(error) ? 'silent' : 'ended', at: master.at })),
      ),
    ),
  );

const isTimeout = (error: unknown): boolean => error instanceof ControlError && error.code === 'timeout';

/** A stream that ends or fails is opened again, as long as this is subscribed. */
const again = <T>(source$: Observable<T>): Observable<T> =>
  source$.pipe(repeat({ delay: retryAfterMs }), retry({ delay: retryAfterMs }));

/** Continues after the last event that was read. */
const eventsOf = (master: Master): Observable<Input> =>
  defer(() => {
    let since: number | undefined;
    const open = () => master.events({ ...(since === undefined ? { last: lastEvents } : { since }), follow: true });
    return again(fromStream(open)).pipe(
      tap((line) => {
        if ('id' in line) since = line.id;
      }),
      map((line): Input => ({ type: 'event', at: master.at, line })),
    );
  });

const samplesOf = (master: Master): Observable<Input> =>
  again(fromStream(() => master.followStats())).pipe(
    // Dropped ones are followed by others.
    mergeMap((sample) => ('dropped' in sample ? EMPTY : of<Input>({ type: 'sample', at: master.at, sample }))),
  );

const logsOf = (master: Master, logs$: Observable<LogSelection>): Observable<Input> =>
  logs$.pipe(
    distinctUntilChanged(),
    switchMap(({ at, ...query }) => {
      let lines = firstLines;
      const open = () => {
        const stream = master.logs({ ...query, lines, rate: linesPerSecond, follow: true });
        lines = 0;
        return stream;
      };
      return at !== undefined && at !== master.at ? EMPTY : again(fromStream(open));
    }),
    map((record) => ({ type: 'log', record })),
  );
