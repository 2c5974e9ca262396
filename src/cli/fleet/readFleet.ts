import type { Observable } from 'rxjs';
import type { Members, RollEntry } from '../../fleet.js';
import type { FleetReport } from './hostsText.js';
import type { OpenFleet } from './openFleet.js';

/** The hosts of the fleet by their names: those that are known when the store has sent what it has, and each change. */
export const members$ = ({ fleet, store }: OpenFleet): Observable<Members> => fleet.members$(store);

/** Hosts and restarts, and each change. */
export const fleetReports = (open: OpenFleet): Observable<FleetReport> => {
  const { fleet, store, rx } = open;
  const entries$ = fleet.rolls$(store).pipe(
    rx.scan(
      (known, entry) => {
        const { [entry.service]: _, ...others } = known;
        return entry.record === undefined && entry.problem === undefined
          ? others
          : { ...others, [entry.service]: entry };
      },
      {} as Readonly<Record<string, RollEntry>>,
    ),
    rx.startWith({} as Readonly<Record<string, RollEntry>>),
    rx.map((known) => Object.values(known)),
  );
  return rx.combineLatest([members$(open), entries$]).pipe(
    rx.map(([members, entries]) => ({
      hosts: [...members.values()],
      rolls: entries.flatMap(({ record }) => record ?? []),
      unreadable: entries.flatMap(({ service, problem }) => (problem === undefined ? [] : [{ service, problem }])),
    })),
  );
};

/** The same once: when all that is in the store has been read. */
export const readFleet = async (open: OpenFleet): Promise<FleetReport> => {
  const { store, rx } = open;
  const ready$ = rx.combineLatest(
    (['members', 'rolls'] as const).map((bucket) => store.watch(bucket).pipe(rx.first((entry) => entry === 'ready'))),
  );
  return rx.firstValueFrom(fleetReports(open).pipe(rx.sample(ready$.pipe(rx.delay(50)))));
};
