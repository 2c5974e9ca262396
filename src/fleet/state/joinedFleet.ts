import { BehaviorSubject, type Observable } from 'rxjs';
import type { FleetState } from './fleetState.js';

/** A fleet that can be shown. */
export interface ShownFleet {
  readonly name: string;
  /** The name of this host in it, if it is a member. */
  readonly host?: string;
  /** `watchFleet` of its store. */
  readonly state$: Observable<FleetState>;
}

const current$ = new BehaviorSubject<ShownFleet | undefined>(undefined);

/** The fleet that this process is in: the current one on subscription, then each change. `undefined`: none. For views; it costs nothing where no fleet is joined. Never completes. */
export const joinedFleet$: Observable<ShownFleet | undefined> = current$.asObservable();

/** Says that this process is in a fleet, until the returned function is called. */
export const enterFleet = (fleet: ShownFleet): (() => void) => {
  current$.next(fleet);
  return () => {
    if (current$.value === fleet) current$.next(undefined);
  };
};
