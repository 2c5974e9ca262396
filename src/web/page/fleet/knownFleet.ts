import type { FleetReport } from '../../fleet/report.js';

/** What the page knows of a fleet. */
export interface KnownFleet {
  /** Its name. */
  readonly name: string;
  /** The last report, and when it came by the clock of the browser. */
  readonly report?: FleetReport;
  readonly heardAt?: number;
  /** Why no report comes. Left out while they come. */
  readonly lost?: string;
}

/** A fleet with a report. */
export interface ReportedFleet extends KnownFleet {
  readonly report: FleetReport;
  readonly heardAt: number;
}

export const isReported = (fleet: KnownFleet | undefined): fleet is ReportedFleet => fleet?.report !== undefined;

/** A time of a report by the clock of the browser, in ms since the epoch. Only differences of the server's clock are used, so it does not matter which time it has. */
export const localTime = ({ report, heardAt }: ReportedFleet, time: number): number => heardAt - (report.now - time);

/** Since when nothing is known of the fleet, by the clock of the browser, and why. */
export const fleetSilence = (
  fleet: KnownFleet | undefined,
): { readonly since: number | undefined; readonly why: string } | undefined => {
  if (!isReported(fleet)) return fleet?.lost === undefined ? undefined : { since: undefined, why: fleet.lost };
  const { report, heardAt, lost } = fleet;
  // What was known when the server was lost may be older still.
  if (!report.reachable)
    return { since: localTime(fleet, report.since), why: report.problem ?? 'the servers of NATS are not reachable' };
  return lost === undefined ? undefined : { since: heardAt, why: lost };
};
