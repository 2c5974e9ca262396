import {
  catchError,
  concat,
  defer,
  EMPTY,
  filter,
  forkJoin,
  from,
  ignoreElements,
  map,
  merge,
  mergeMap,
  type Observable,
  of,
  take,
  takeUntil,
  tap,
  timer,
  using,
} from 'rxjs';
import type { AttachablePart, Attachment } from '../features/contract/attachment.js';
import type { AttachedPart } from '../features/fold.js';
import type { ClusterEvent } from '../features/index.js';
import { hasType } from '../operators/events/hasType.js';
import { GuardedObservable } from '../operators/general/guardedObservable.js';
import { allEvents$, reportError, type RunningCluster } from '../registry/runningClusters.js';
import { errorData } from '../vocabulary/errorData.js';

/** What a part on top of the public API works with: one cluster of this process. */
export type ClusterAttachment<S = unknown> = Attachment<ClusterEvent, S>;

/** How long a cluster may take to start before its parts are loaded all the same. */
const longestDelayMs = 1000;
/** How many events are kept until the parts have been loaded: those of the start of a large cluster. */
const maxEarlyEvents = 10_000;

/**
 * Loads the parts on top of the public API that a cluster has switched on, and runs them while it is subscribed. Never emits, completes or errors: the failure of a part is an `error` event.
 *
 * ```
 * events    f--l-r(started)--x--|
 * load      -----(import)--------
 * part      -------(flrx…)---x--!      ! unsubscribed
 * ```
 */
export const attachments$ = (
  { name, config, submit, gone$, traffic }: RunningCluster,
  parts: readonly AttachedPart[],
): Observable<never> => {
  if (parts.length === 0) return EMPTY;
  const own$ = allEvents$.pipe(
    filter((event): event is ClusterEvent => event.cluster === name && event.type !== 'messages'),
  );
  const report = (error: unknown) => submit({ type: 'error', error: errorData(error) });
  const failed = (error: unknown) => {
    report(error);
    return EMPTY;
  };
  const loaded$ = ({ load, ...part }: AttachedPart) =>
    from(load()).pipe(
      map((loaded) => [{ ...part, loaded }]),
      catchError((error: unknown) => concat(failed(error), of([]))),
    );
  return defer(() => {
    let early: ClusterEvent[] = [];
    const keep$ = own$.pipe(tap((event) => early.length < maxEarlyEvents && early.push(event)));
    const events$: Observable<ClusterEvent> = new GuardedObservable<ClusterEvent>(
      concat(
        defer(() => from(early)),
        own$,
      ).pipe(takeUntil(gone$)),
      reportError(`a part of ${name}`),
    );
    return using(
      () => keep$.subscribe(),
      (keeping) =>
        merge(own$.pipe(filter(hasType('started'))), timer(longestDelayMs)).pipe(
          take(1),
          mergeMap(() => forkJoin(parts.map(loaded$))),
          mergeMap((all) => {
            const running = all.flat().map(({ name: feature, loaded, settings }) => {
              const tell = (command: unknown) => submit({ type: 'feature', feature, command });
              const attachment = { cluster: name, settings, config, events$, traffic: traffic.counts, tell, report };
              return run$(loaded, attachment).pipe(catchError(failed));
            });
            return merge(
              ...running,
              // All parts have been subscribed, and follow the events themselves now.
              defer(() => {
                if (keeping !== undefined) keeping.unsubscribe();
                early = [];
                return EMPTY;
              }),
            );
          }),
          ignoreElements(),
        ),
    );
  });
};

/** The settings are those of the feature that attaches the part. */
const run$ = ({ attach }: AttachablePart, attachment: ClusterAttachment): Observable<never> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  defer(() => attach(attachment as never));
