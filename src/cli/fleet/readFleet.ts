import type { Observable } from 'rxjs';
import type { FleetStore, Members, RollEntry } from '../../fleet.js';
import type { FleetReport } from './hostsText.js';
import type { OpenFleet } from './openFleet.js';

/** The hosts of the fleet by their names: those that are known when the store has sent what it has, and each change. */
export const members$ = ({ fleet, store }: OpenFleet): Observable<Members> => fleet.members$(store);

/** Hosts and restarts, and each change. */
export const fleetReports = (open: OpenFleet): Observable<FleetReport> => reportsOf(open, entries$(open, open.store));

/** The same once: when all that is in the store has been read. */
export const readFleet = async (open: OpenFleet): Promise<FleetReport> => {
  const { store, rx } = open;
  const watch: FleetStore['watch'] = (bucket) => store.watch(bucket).pipe(rx.takeWhile((entry) => entry !== 'ready'));
  const all$ = entries$(open, { ...store, watch }).pipe(rx.takeLast(1));
  return rx.firstValueFrom(reportsOf(open, all$));
};

type Entries = readonly RollEntry[];

/** The restarts of all services. */
const entries$ = ({ fleet, rx }: OpenFleet, store: FleetStore): Observable<Entries> =>
  fleet.rolls$(store).pipe(
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

const reportsOf = (open: OpenFleet, rolls$: Observable<Entries>): Observable<FleetReport> =>
  open.rx.combineLatest([members$(open), rolls$]).pipe(
    open.rx.map(([members, entries]) => ({
      hosts: [...members.values()],
      rolls: entries.flatMap(({ record }) => record ?? []),
      unreadable: entries.flatMap(({ service, problem }) => (problem === undefined ? [] : [{ service, problem }])),
    })),
  );
