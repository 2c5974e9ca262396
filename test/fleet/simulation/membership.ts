import { catchError, EMPTY, exhaustMap, ignoreElements, Observable, type Subscription, switchMap, timer } from 'rxjs';
import type { MemberRecord } from '../../../src/fleet/records/member.js';
import type { Members } from '../../../src/fleet/roll/driveRoll.js';
import type { FleetStore } from '../../../src/fleet/store/store.js';

/** From one heartbeat to the next, in ms. */
const heartbeat = 2_000;
/** For how long a host counts as a member without one, in ms. */
const lifetime = 6_000;

/** Writes what a host says of itself, again and again. */
export const heartbeats = (store: FleetStore, member: () => MemberRecord): Observable<never> => {
  const write = (): Observable<unknown> => {
    const record = member();
    return store.get('members', record.host).pipe(
      switchMap((entry) =>
        entry === undefined
          ? store.create('members', record.host, record)
          : store.update('members', record.host, record, entry.revision),
      ),
      catchError(() => EMPTY),
    );
  };
  return timer(0, heartbeat).pipe(exhaustMap(write), ignoreElements());
};

/** The hosts that have sent a heartbeat lately: the smallest membership that a roll can have. */
export const membersOf = (store: FleetStore): Observable<Members> =>
  new Observable((subscriber) => {
    let members: Members = new Map();
    let isReady = false;
    const ends = new Map<string, Subscription>();
    const tell = (change: (next: Map<string, MemberRecord>) => void): void => {
      const next = new Map(members);
      change(next);
      members = next;
      if (isReady) subscriber.next(members);
    };
    subscriber.add(() => ends.forEach((end) => end.unsubscribe()));
    subscriber.add(
      store.watch('members').subscribe((entry) => {
        if (entry === 'ready') {
          isReady = true;
          subscriber.next(members);
          return;
        }
        if ('removed' in entry) return;
        const { key, value } = entry;
        ends.get(key)?.unsubscribe();
        ends.set(
          key,
          timer(lifetime).subscribe(() => tell((next) => next.delete(key))),
        );
        // The store has what `heartbeats` wrote.
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        tell((next) => next.set(key, value as MemberRecord));
      }),
    );
  });
