import { defer, EMPTY, filter, interval, map, merge, type Observable, switchMap } from 'rxjs';
import type { FleetStore } from '../store/store.js';
import { type KnownMembers, memberFold, type Members, type MembersInput, tickMs } from './foldMembers.js';

/**
 * Who is in the fleet, and what has just changed.
 *
 * ```
 * watch      a-b-r------------a----------------     a, b: records   r: ready
 * known      ----(ab)---------------------(a)--     b has been silent for 20 s
 * ```
 *
 * Emits when the bucket has been read, and then after each change. A host leaves when it says so, or when nothing is heard of it for 20 s, counted here: the clocks of hosts are not compared. While the store is not reachable
 * nobody is heard, and nobody leaves. Never completes; errors only if the bucket cannot be used at all.
 *
 * @example
 * knownMembers$(store).subscribe(({ members, events }) => console.log([...members.keys()], events));
 */
export const knownMembers$ = (store: FleetStore): Observable<KnownMembers> => folded(store, false);

/** `knownMembers$`, and each heartbeat: a record that was written again is a new object. */
export const heardMembers$ = (store: FleetStore): Observable<KnownMembers> => folded(store, true);

/** The members of the fleet when they have been read, and then after each change and each heartbeat of one, with which its record is a new object. In all other respects as `knownMembers$`. */
export const members$ = (store: FleetStore): Observable<Members> =>
  heardMembers$(store).pipe(map(({ members }) => members));

const folded = (store: FleetStore, heartbeats: boolean): Observable<KnownMembers> =>
  defer(() => {
    const fold = memberFold(heartbeats);
    const tick$ = interval(tickMs).pipe(map(() => 'tick' as const));
    return merge<MembersInput[]>(
      store.watch('members'),
      store.reachable$.pipe(switchMap((reachable) => (reachable ? tick$ : EMPTY))),
    ).pipe(
      map(fold),
      filter((known) => known !== undefined),
    );
  });
