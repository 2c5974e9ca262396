import {
  catchError,
  concat,
  defer,
  defaultIfEmpty,
  filter,
  ignoreElements,
  map,
  merge,
  type Observable,
  of,
  retry,
  take,
  tap,
  timer,
} from 'rxjs';
import type { Entry, FleetStore, Removed } from '../../../src/fleet/store/store.js';

/** A store with two hosts, whose links can be cut. */
interface System {
  readonly a: FleetStore;
  readonly b: FleetStore;
  /** Host a hears and says nothing until `heal`. */
  readonly cut: () => void;
  readonly heal: () => void;
}

/** What is done to a store, and what a host sees of it, line by line. */
interface Script {
  readonly does: (system: System) => Observable<string>;
  readonly sees: readonly string[];
}

/** The result of a request, or the name of its error. */
const result = (request$: Observable<unknown>): Observable<string> =>
  request$.pipe(
    map((value) => JSON.stringify(value) ?? 'none'),
    defaultIfEmpty('done'),
    catchError((error: unknown) => of(error instanceof Error ? error.name : String(error))),
  );

const shown = (change: Entry | Removed | 'ready'): string => {
  if (change === 'ready') return change;
  return 'removed' in change
    ? `${change.key} is removed at ${change.revision}`
    : `${change.key} is ${JSON.stringify(change.value)} at ${change.revision}`;
};

/** So many changes, while something is done after each of them. */
const watching = (
  store: FleetStore,
  count: number,
  then: Readonly<Record<string, () => Observable<unknown>>> = {},
): Observable<string> =>
  store.watch('rolls').pipe(
    map(shown),
    tap((line) => then[line]?.().subscribe({ error: () => {} })),
    take(count),
  );

const until = (store: FleetStore, reachable: boolean): Observable<never> =>
  store.reachable$.pipe(
    filter((now) => now === reachable),
    take(1),
    ignoreElements(),
  );

const act = (does: () => void): Observable<never> => defer(() => of(does())).pipe(ignoreElements());

/** The same scripts run on the simulated store and on a real nats-server, and both see the same. */
export const scripts: Readonly<Record<string, Script>> = {
  'a key is created once, and an update needs its revision': {
    does: ({ a, b }) =>
      concat(
        result(a.get('rolls', 'web')),
        result(a.create('rolls', 'web', { by: 'a' })),
        result(b.create('rolls', 'web', { by: 'b' })),
        result(b.get('rolls', 'web')),
        result(b.update('rolls', 'web', { by: 'b' }, 1)),
        result(a.update('rolls', 'web', { by: 'a' }, 1)),
        result(a.update('rolls', 'other', { by: 'a' }, 1)),
        result(a.get('rolls', 'web')),
      ),
    sees: [
      'none',
      '1',
      'StoreConflictError',
      '{"key":"web","value":{"by":"a"},"revision":1}',
      '2',
      'StoreConflictError',
      'StoreConflictError',
      '{"key":"web","value":{"by":"b"},"revision":2}',
    ],
  },
  'a key is removed at its revision, and can be created again': {
    does: ({ a, b }) =>
      concat(
        result(a.create('rolls', 'web', 1)),
        result(b.remove('rolls', 'web', 7)),
        result(b.remove('rolls', 'web', 1)),
        result(a.get('rolls', 'web')),
        result(a.update('rolls', 'web', 2, 1)),
        result(b.create('rolls', 'web', 3)),
        result(b.remove('rolls', 'none', 1)),
      ),
    sees: ['1', 'StoreConflictError', 'done', 'none', 'StoreConflictError', '3', 'StoreConflictError'],
  },
  'of two that create a key at the same moment one succeeds': {
    does: ({ a, b }) =>
      concat(
        merge(result(a.create('rolls', 'web', 1)), result(b.create('rolls', 'web', 1))).pipe(
          filter((line) => line !== '1'),
        ),
        result(a.get('rolls', 'web')),
      ),
    sees: ['StoreConflictError', '{"key":"web","value":1,"revision":1}'],
  },
  'a watcher sees what there is, then ready, then each change': {
    does: ({ a, b }) =>
      concat(
        result(a.create('rolls', 'web', 1)),
        result(a.create('rolls', 'gone', 1)),
        result(a.remove('rolls', 'gone', 2)),
        watching(b, 5, {
          ready: () => a.update('rolls', 'web', 2, 1),
          'web is 2 at 4': () => a.create('rolls', 'api', 1),
          'api is 1 at 5': () => a.remove('rolls', 'api', 5),
        }),
      ),
    sees: ['1', '2', 'done', 'web is 1 at 1', 'ready', 'web is 2 at 4', 'api is 1 at 5', 'api is removed at 6'],
  },
  'a watcher of an empty bucket is ready at once, and sees its own changes': {
    does: ({ a }) => watching(a, 2, { ready: () => a.create('rolls', 'web', 1) }),
    sees: ['ready', 'web is 1 at 1'],
  },
  'names keep their characters': {
    does: ({ a }) =>
      concat(
        result(a.create('rolls', 'web shop.é/=2E', 'ü')),
        result(a.create('rolls', '.a..b.', 1)),
        watching(a, 3),
        result(a.get('rolls', '.a..b.')),
      ),
    sees: [
      '1',
      '2',
      'web shop.é/=2E is "ü" at 1',
      '.a..b. is 1 at 2',
      'ready',
      '{"key":".a..b.","value":1,"revision":2}',
    ],
  },
  'a host that is cut off fails, and has caught up when it is back': {
    does: ({ a, b, cut, heal }) =>
      concat(
        result(a.create('rolls', 'web', 1)),
        watching(a, 3, {
          ready: () =>
            concat(
              act(cut),
              b.update('rolls', 'web', 2, 1),
              until(a, false),
              b.update('rolls', 'web', 3, 2),
              act(heal),
            ),
        }),
      ),
    sees: ['1', 'web is 1 at 1', 'ready', 'web is 3 at 3'],
  },
  'a write of a host that is cut off fails as unreachable, whether or not it has noticed': {
    does: ({ a, cut, heal }) =>
      concat(
        act(cut),
        result(a.create('rolls', 'web', 1)),
        until(a, false),
        result(a.create('rolls', 'web', 1)),
        result(a.publish('events.a', 1)),
        act(heal),
        until(a, true),
        result(a.get('rolls', 'web')),
      ),
    sees: ['StoreUnreachableError', 'StoreUnreachableError', 'StoreUnreachableError', 'none'],
  },
  'what is published comes to those whose subject fits': {
    does: ({ a, b }) =>
      merge(
        merge(a.subscribe('events.*'), b.subscribe('events.>')).pipe(
          map(({ subject, value }) => `${subject} ${JSON.stringify(value)}`),
          take(2),
        ),
        // A subscription is known when the answer to a later request is there.
        concat(a.get('rolls', 'web'), b.get('rolls', 'web'), b.publish('events.b', { hello: 1 })).pipe(
          ignoreElements(),
        ),
      ),
    sees: ['events.b {"hello":1}', 'events.b {"hello":1}'],
  },
  'a lease that is not renewed is free, and nobody is told': {
    does: ({ a, b }) =>
      concat(
        result(a.create('leases', 'leader', 'a')),
        result(b.create('leases', 'leader', 'b')),
        // Only this tells that it has expired.
        result(b.create('leases', 'leader', 'b').pipe(retry({ delay: () => timer(200) }))),
        result(a.update('leases', 'leader', 'a', 1)),
      ),
    sees: ['1', 'StoreConflictError', '2', 'StoreConflictError'],
  },
};
