import type { Observable } from 'rxjs';
import type { Members, RollRecord } from '../../fleet.js';
import type { FleetReport } from './hostsText.js';
import type { OpenFleet } from './openFleet.js';

/** The hosts of the fleet by their names: those that are known when the store has sent what it has, and each change. */
export const members$ = ({ fleet, store }: OpenFleet): Observable<Members> => fleet.members$(store);

/** Hosts and restarts, and each change. */
export const fleetReports = (open: OpenFleet): Observable<FleetReport> => {
  const { fleet, store, rx } = open;
  const rolls$ = fleet.rolls$(store).pipe(
    rx.scan(
      (rolls, { service, record }) => {
        const { [service]: _, ...others } = rolls;
        return record === undefined ? others : { ...others, [service]: record };
      },
      {} as Readonly<Record<string, RollRecord>>,
    ),
    rx.startWith({} as Readonly<Record<string, RollRecord>>),
  );
  return rx
    .combineLatest([members$(open), rolls$])
    .pipe(rx.map(([members, rolls]) => ({ hosts: [...members.values()], rolls: Object.values(rolls) })));
};

/** The same once: when all that is in the store has been read. */
export const readFleet = async (open: OpenFleet): Promise<FleetReport> => {
  const { store, rx } = open;
  const ready$ = rx.combineLatest(
    (['members', 'rolls'] as const).map((bucket) => store.watch(bucket).pipe(rx.first((entry) => entry === 'ready'))),
  );
  return rx.firstValueFrom(fleetReports(open).pipe(rx.sample(ready$.pipe(rx.delay(50)))));
};
