import type { FleetReport, HostReport, ServiceReport } from '../../fleet/report.js';
import { duration } from '../state/format.js';
import { localTime, type ReportedFleet } from './knownFleet.js';

export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'plain';

/** A host as the page shows it. */
export interface HostRow {
  readonly host: string;
  readonly tone: Tone;
  readonly state: string;
  /** The age of its last record, in ms. */
  readonly age: number;
  readonly report: HostReport;
}

/** A host says that it is there every 5 s. After so long, in ms, something is wrong. */
const lateMs = 12_500;

/** The hosts by name. `now` is the time of the browser. */
export const hostRows = (fleet: ReportedFleet, now: number): readonly HostRow[] =>
  fleet.report.hosts.toSorted(byName).map((report) => rowOf(fleet, report, now));

const byName = (one: HostReport, other: HostReport): number =>
  one.host.localeCompare(other.host, 'en', { numeric: true });

const rowOf = (fleet: ReportedFleet, report: HostReport, now: number): HostRow => {
  const age = Math.max(0, now - localTime(fleet, report.heardAt));
  const [tone, state] = stateOf(fleet, report, now, age);
  return { host: report.host, tone, state, age, report };
};

const stateOf = (
  fleet: ReportedFleet,
  { is, since, services, heardAt }: HostReport,
  now: number,
  age: number,
): readonly [Tone, string] => {
  const long = since === undefined ? '' : forTime(now - localTime(fleet, since));
  if (is === 'left') return ['plain', `has left${long}`];
  if (is === 'silent') return ['bad', `unreachable${long}`];
  if (is === 'unreadable') return ['bad', `unreadable${long}`];
  // Judged when the report was made: a page that was not looked at for a while has an old one.
  if (fleet.report.reachable && fleet.report.now - heardAt > lateMs) return ['warn', `silent for ${duration(age)}`];
  if (services.length === 0) return ['plain', 'no service'];
  if (services.every(({ available, size }) => available >= size)) return ['good', 'serving'];
  return services.some(({ available }) => available === 0) ? ['bad', 'not serving'] : ['warn', 'fewer workers'];
};

/** ` for 12 s`. Empty for less than a second, which changes too fast to be read. */
export const forTime = (ms: number): string => (ms < 1_000 ? '' : ` for ${duration(ms)}`);

/** `3`, or `2…3` while workers of both generations run. */
export const generationText = ({ generations: [least, most] }: ServiceReport): string =>
  least === undefined ? '' : least === most ? String(least) : `${least}…${most}`;

/** All hosts together. */
export const totals = ({ hosts }: FleetReport) => {
  const members = hosts.filter(({ is }) => is === 'member');
  const services = members.flatMap((host) => host.services);
  const sum = (count: (service: ServiceReport) => number) => services.reduce((all, service) => all + count(service), 0);
  return {
    members: members.length,
    gone: hosts.filter(({ is }) => is === 'silent' || is === 'unreadable').length,
    services: new Set(services.map(({ name }) => name)).size,
    available: sum(({ available }) => available),
    size: sum(({ size }) => size),
    crashes: sum(({ crashes }) => crashes),
  };
};

/** Sentences about what is not the same on all hosts. */
export const differences = ({ hosts }: FleetReport): readonly string[] => {
  const members = hosts.filter(({ is }) => is === 'member').toSorted(byName);
  const names = [...new Set(members.flatMap(({ services }) => services.map(({ name }) => name)))];
  return [
    ...differing(
      'Hosts run different versions of proteus-cluster',
      members.map(({ host, version = '' }) => [host, version]),
    ),
    ...names.flatMap((service) =>
      differing(
        `${service}: hosts run different releases`,
        members.flatMap(({ host, services }) =>
          services.filter(({ name }) => name === service).map(({ release }) => [host, release] as const),
        ),
      ),
    ),
  ];
};

const differing = (what: string, values: readonly (readonly [host: string, value: string])[]): readonly string[] => {
  const on = hostsBy(values);
  return on.length < 2 ? [] : [`${what}: ${on.map(([value, hosts]) => `${value} on ${namesText(hosts)}`).join('; ')}`];
};

/** The hosts of each value that is not empty. */
export const hostsBy = (
  values: readonly (readonly [host: string, value: string])[],
): readonly (readonly [value: string, hosts: readonly string[]])[] => {
  const found = new Map<string, string[]>();
  for (const [host, value] of values) if (value !== '') found.set(value, [...(found.get(value) ?? []), host]);
  return [...found];
};

const maxNames = 6;

/** `a, b, c`, or `a, b, c, d, e, f and 12 more`. */
export const namesText = (names: readonly string[]): string =>
  names.length <= maxNames + 1
    ? names.join(', ')
    : `${names.slice(0, maxNames).join(', ')} and ${names.length - maxNames} more`;
