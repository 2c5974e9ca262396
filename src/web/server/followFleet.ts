import { EMPTY, map, type Observable, of, switchMap } from 'rxjs';
import type { FleetState, ShownFleet } from '../../fleet.js';
import { type FleetReport, fleetReport } from '../fleet/report.js';

export interface FollowedFleet {
  /** What is known now. `undefined`: there is no fleet. */
  readonly report: () => FleetReport | undefined;
  readonly close: () => void;
}

/** Follows a fleet, also while no page is open: so a page that is opened later knows since when a host is gone, and how long a restart has taken. */
export const followFleet = (fleet$: Observable<ShownFleet | undefined> = EMPTY): FollowedFleet => {
  let known: { readonly fleet: ShownFleet; readonly state: FleetState } | undefined;
  const following = fleet$
    .pipe(
      switchMap((fleet) =>
        fleet === undefined ? of(undefined) : fleet.state$.pipe(map((state) => ({ fleet, state }) as const)),
      ),
    )
    .subscribe((next) => (known = next));
  return {
    report: () => known && fleetReport(known.fleet, known.state, performance.now()),
    close: () => following.unsubscribe(),
  };
};
