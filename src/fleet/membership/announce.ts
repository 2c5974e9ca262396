import {
  catchError,
  concatMap,
  connect,
  defer,
  EMPTY,
  endWith,
  filter,
  finalize,
  ignoreElements,
  merge,
  type Observable,
  of,
  type OperatorFunction,
  repeat,
  ReplaySubject,
  skip,
  switchMap,
  take,
  takeUntil,
  timer,
} from 'rxjs';
import { decodeMember } from '../records/decodeMember.js';
import type { MemberRecord } from '../records/member.js';
import { StoreConflictError, StoreUnreachableError } from '../store/errors.js';
import type { Entry, FleetStore } from '../store/store.js';

/** Whether this host is in the fleet. Plain data. */
export type AnnounceEvent =
  | { readonly type: 'joined'; readonly host: string }
  /** Another master has this name: it keeps it, and this one tries again. */
  | { readonly type: 'name-taken'; readonly host: string; readonly pid: number; readonly problem: string };

/** How often a host says that it is there, in ms. */
export const heartbeatMs = 5_000;

/** A record that nobody renews for so long is that of a master that has ended: its name is free. In ms. */
const abandonedMs = 12_500;

/** Changes are told together, this often. In ms. */
const minGapMs = 1_000;

/**
 * Publishes the record of this host as a member, for as long as it is subscribed: at first, when it has changed, and every 5 s.
 *
 * ```
 * records    a---------b----------------|
 * writes     c----u----u----u----u------r     c: create   u: update   r: remove
 * result     -j-------------------------      j: joined
 * ```
 *
 * The name of a host belongs to one master. If there is a record of another one, it is replaced when it was not renewed for 12.5 s: that master has ended. If it is renewed this emits `name-taken`, once for each other master,
 * and tries on. Meanwhile this host is no member, and no restart of the fleet includes it.
 *
 * What cannot be written while the store is not reachable is written when it is. On unsubscription the record is removed, by one request that is not waited for. Completes with the source.
 * Errors only with an error of the store that is none of its own.
 */
export const announce =
  (store: FleetStore): OperatorFunction<MemberRecord, AnnounceEvent> =>
  (record$) =>
    record$.pipe(connect((latest$) => announced(store, latest$), { connector: () => new ReplaySubject(1) }));

const announced = (store: FleetStore, latest$: Observable<MemberRecord>): Observable<AnnounceEvent> =>
  defer(() => {
    let own: { readonly host: string; readonly revision: number } | undefined;
    let written: MemberRecord | undefined;
    let toldOf = '';

    const wrote = (record: MemberRecord, revision: number): Observable<AnnounceEvent> => {
      const isNew = own === undefined;
      own = { host: record.host, revision };
      written = record;
      toldOf = '';
      return isNew ? of({ type: 'joined', host: record.host }) : EMPTY;
    };
    const write = (record: MemberRecord, revision: number | undefined): Observable<AnnounceEvent> => {
      const { host } = record;
      const request$ =
        revision === undefined
          ? store.create('members', host, record)
          : store.update('members', host, record, revision);
      return request$.pipe(concatMap((next) => wrote(record, next)));
    };
    /** There is another record than expected. */
    const compare = (record: MemberRecord): Observable<AnnounceEvent> =>
      store.get('members', record.host).pipe(
        concatMap((found) => {
          // It has expired while this host could not renew it.
          if (found === undefined) return write(record, undefined);
          // A write whose answer was lost.
          if (instanceOf(found) === record.instance) return write(record, found.revision);
          own = undefined;
          return takeOver(record, found);
        }),
      );
    const takeOver = (record: MemberRecord, found: Entry): Observable<AnnounceEvent> =>
      timer(abandonedMs).pipe(
        concatMap(() => write(record, found.revision)),
        catchError((error: unknown) => {
          if (!(error instanceof StoreConflictError)) throw error;
          return store.get('members', record.host).pipe(concatMap((now) => taken(record, now)));
        }),
      );
    const taken = ({ host, instance }: MemberRecord, found: Entry | undefined): Observable<AnnounceEvent> => {
      if (found === undefined) return EMPTY;
      const other = instanceOf(found);
      if (other === instance || other === toldOf) return EMPTY;
      toldOf = other;
      const pid = decodeMember(found.value).record?.pid ?? 0;
      const problem = `another master with pid ${pid} is in the fleet as ${host}. Give each host a name of its own (host), or stop that master`;
      return of({ type: 'name-taken', host, pid, problem });
    };
    const attempt$ = latest$.pipe(
      take(1),
      switchMap((record) =>
        write(record, own?.revision).pipe(
          catchError((error: unknown) => {
            if (error instanceof StoreConflictError) return compare(record);
            throw error;
          }),
        ),
      ),
      catchError((error: unknown) => {
        if (!(error instanceof StoreUnreachableError || error instanceof StoreConflictError)) throw error;
        written = undefined;
        return EMPTY;
      }),
    );
    /** It has changed meanwhile, or was not written. */
    const changed$ = latest$.pipe(filter((record) => record !== written && toldOf === ''));
    const back$ = store.reachable$.pipe(skip(1), filter(Boolean));
    const next$ = timer(minGapMs).pipe(
      switchMap(() => merge(timer(heartbeatMs - minGapMs), changed$, back$)),
      take(1),
    );
    const remove = (): void => {
      if (own === undefined) return;
      // The host is leaving, and nobody can react to a failure.
      store.remove('members', own.host, own.revision).subscribe({ error: () => {} });
      own = undefined;
    };
    const ended$ = latest$.pipe(ignoreElements(), endWith(true));
    return attempt$.pipe(repeat({ delay: () => next$ }), takeUntil(ended$), finalize(remove));
  });

const instanceOf = ({ value }: Entry): string => decodeMember(value).record?.instance ?? '';
