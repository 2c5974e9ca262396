import type { KvWatchEntry } from '@nats-io/kv';
import {
  BehaviorSubject,
  catchError,
  defer,
  distinctUntilChanged,
  EMPTY,
  endWith,
  filter,
  from,
  ignoreElements,
  map,
  merge,
  NEVER,
  Observable,
  repeat,
  retry,
  switchMap,
  take,
  tap,
  throwError,
  timeout,
  timer,
} from 'rxjs';
import { StoreUnreachableError } from './errors.js';
import { storeError } from './natsErrors.js';
import { nameOfKey, natsKey } from './natsNames.js';
import { checkStoreOptions, shownServers, type StoreOptions, type StoreUse } from './natsOptions.js';
import { natsPackages } from './natsPackages.js';
import { type OpenBucket, requestTimeoutMs, type Session, session$ } from './natsSession.js';
import type { Bucket, Entry, FleetStore, Published, Removed } from './store.js';

/** A store that says why it is not reachable. */
export interface NatsStore extends FleetStore {
  /** Why the store could not be reached, or what it has refused: on subscription the last one, unless it has been reached since, then each. `StoreUnreachableError`, `StoreRefusedError`, or `ConfigError` for a file that cannot be read. Never completes. */
  readonly problem$: Observable<Error>;
}

const reconnectDelayMs = 500;

/** Two hosts that lost the same server do not come back at the same moment. */
const reconnectDelay = (): number => reconnectDelayMs * (0.5 + Math.random());

/**
 * A store in NATS with JetStream: emits it at once, connects in the background, and closes the connection with the subscription.
 *
 * It connects again for as long as it takes, to the next server of the list, also after a refusal, because credentials and permissions are put right on the server. `reachable$` says whether it is connected, `problem$` why not.
 * Throws `ConfigError` for a wrong option, and an `Error` that says what to install if a package of NATS is missing.
 *
 * @example
 * natsStore({ servers: 'nats-1:4222', name: 'shop' })
 *   .pipe(switchMap((store) => store.watch('members')))
 *   .subscribe(console.log);
 */
export const natsStore = (options: StoreOptions, { create = true }: StoreUse = {}): Observable<NatsStore> => {
  checkStoreOptions(options);
  const packages = natsPackages();
  const servers = shownServers(options);
  return new Observable((subscriber) => {
    const current$ = new BehaviorSubject<Session | undefined>(undefined);
    const problem$ = new BehaviorSubject<Error | undefined>(undefined);
    const report = (error: unknown) => problem$.next(storeError(error, servers));
    subscriber.add(
      defer(() => session$({ ...options, create }, packages, report))
        .pipe(
          catchError((error: unknown) => {
            report(error);
            return EMPTY;
          }),
          endWith(undefined),
          repeat({ delay: () => timer(reconnectDelay()) }),
        )
        .subscribe((session) => {
          if (session !== undefined) problem$.next(undefined);
          current$.next(session);
        }),
    );
    subscriber.add(() => current$.next(undefined));
    subscriber.next({
      ...storeIn(current$, `proteus.${options.name}.`, servers, report),
      problem$: problem$.pipe(filter((problem) => problem !== undefined)),
    });
  });
};

/** The store by the session that is current. */
const storeIn = (
  current$: BehaviorSubject<Session | undefined>,
  prefix: string,
  servers: string,
  report: (error: unknown) => void,
): FleetStore => {
  const withSession = <T>(use: (session: Session) => Observable<T>): Observable<T> =>
    defer(() => {
      const session = current$.value;
      return session === undefined
        ? throwError(() => new StoreUnreachableError(`${servers}: not connected`))
        : use(session);
    });
  /** One answer of the server. It is waited for no longer than the request may take, or than the connection lives. */
  const request = <T>(bucket: Bucket, ask: (open: OpenBucket) => Promise<T>): Observable<T> =>
    withSession((session) =>
      merge(
        from(ask(session.buckets[bucket])),
        current$.pipe(
          filter((other) => other !== session),
          switchMap(() => throwError(() => new StoreUnreachableError(`${servers}: the connection has been lost`))),
        ),
      ).pipe(
        take(1),
        timeout({
          first: requestTimeoutMs,
          with: () =>
            throwError(() => new StoreUnreachableError(`${servers}: no answer within ${requestTimeoutMs} ms`)),
        }),
        catchError((error: unknown) => throwError(() => storeError(error, servers))),
      ),
    );

  return {
    reachable$: current$.pipe(
      map((session) => session !== undefined),
      distinctUntilChanged(),
    ),
    get: (bucket, key) =>
      request(bucket, ({ kv }) => kv.get(natsKey(key))).pipe(
        map((entry) =>
          entry === null || entry.operation !== 'PUT'
            ? undefined
            : { key, value: valueOf(entry), revision: entry.revision },
        ),
      ),
    create: (bucket, key, value) => request(bucket, ({ kv }) => kv.create(natsKey(key), JSON.stringify(value))),
    update: (bucket, key, value, revision) =>
      request(bucket, ({ kv }) => kv.update(natsKey(key), JSON.stringify(value), revision)),
    remove: (bucket, key, revision) =>
      request(bucket, ({ kv }) => kv.delete(natsKey(key), { previousSeq: revision })).pipe(ignoreElements()),
    watch: (bucket) => watchIn(current$, bucket, report),
    publish: (subject, value) =>
      withSession(({ connection }) => {
        connection.publish(`${prefix}${subject}`, JSON.stringify(value));
        return EMPTY;
      }).pipe(catchError((error: unknown) => throwError(() => storeError(error, servers)))),
    subscribe: (subject) =>
      current$.pipe(
        switchMap((session) => (session === undefined ? NEVER : published(session, prefix, subject, report))),
      ),
  };
};

/** Begins anew with each session, and passes on what has changed since. */
const watchIn = (
  current$: Observable<Session | undefined>,
  bucket: Bucket,
  report: (error: unknown) => void,
): Observable<Entry | Removed | 'ready'> =>
  defer(() => {
    let seen = 0;
    let created = '';
    let isReady = false;
    return current$.pipe(
      switchMap((session) => {
        if (session === undefined) return NEVER;
        const open = session.buckets[bucket];
        if (open.created !== created) seen = 0;
        ({ created } = open);
        return changes(open).pipe(tap({ error: report }), retry({ delay: reconnectDelayMs }));
      }),
      filter((change) => {
        if (change === 'ready') return !isReady && (isReady = true);
        if (change.revision <= seen) return false;
        seen = change.revision;
        // Before the first `ready` nobody knows of the key.
        return isReady || change.operation === 'PUT';
      }),
      map((change): Entry | Removed | 'ready' => {
        if (change === 'ready') return change;
        const { revision } = change;
        const key = nameOfKey(change.key);
        return change.operation === 'PUT'
          ? { key, value: valueOf(change), revision }
          : { key, revision, removed: true };
      }),
    );
  });

/** The last entry of each key, then `ready`, then each change. Errors when the server stops sending them. */
const changes = ({ kv, watch }: OpenBucket): Observable<KvWatchEntry | 'ready'> =>
  new Observable((subscriber) => {
    const run = async (): Promise<void> => {
      const { values } = await kv.status();
      if (subscriber.closed) return;
      const entries = await watch();
      subscriber.add(() => entries.stop());
      if (subscriber.closed) return;
      if (values === 0) subscriber.next('ready');
      // Entries that expire while they are on their way are missing in the count.
      else subscriber.add(timer(requestTimeoutMs).subscribe(() => subscriber.next('ready')));
      for await (const entry of entries) {
        subscriber.next(entry);
        if (entry.delta === 0) subscriber.next('ready');
      }
      subscriber.error(new StoreUnreachableError('the server has stopped sending changes'));
    };
    run().catch((error: unknown) => subscriber.error(error));
  });

const published = (
  { connection }: Session,
  prefix: string,
  subject: string,
  report: (error: unknown) => void,
): Observable<Published> =>
  new Observable((subscriber) => {
    const subscription = connection.subscribe(`${prefix}${subject}`, {
      callback: (error, message) => {
        if (error !== null) report(error);
        else subscriber.next({ subject: message.subject.slice(prefix.length), value: parsed(message.string()) });
      },
    });
    subscriber.add(() => {
      if (!connection.isClosed()) subscription.unsubscribe();
    });
  });

const valueOf = (entry: { readonly string: () => string }): unknown => parsed(entry.string());

/** What is no JSON stays text, which no decoder accepts. */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
