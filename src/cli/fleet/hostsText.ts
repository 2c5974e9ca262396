import type { MemberRecord, RollRecord, ServiceRecord } from '../../fleet.js';
import type { Io } from '../command.js';
import { harmless } from '../harmless.js';
import { type Column, table } from '../table.js';
import { duration, plural, shortDuration } from '../units.js';
import { stateColour } from '../words.js';
import { rollLine } from './rollText.js';

/** A service of a host; a host without one has a row, too. */
interface Row {
  readonly host: MemberRecord;
  readonly name: string;
  readonly service: ServiceRecord | undefined;
}

/** What is known of a fleet. */
export interface FleetReport {
  readonly hosts: readonly MemberRecord[];
  readonly rolls: readonly RollRecord[];
  /** Services whose restart has a record that cannot be read, and why. */
  readonly unreadable: readonly { readonly service: string; readonly problem: string }[];
}

/** Only one service: the hosts that have it, and its restart. */
export const onlyService = ({ hosts, rolls, unreadable }: FleetReport, service: string | undefined): FleetReport =>
  service === undefined
    ? { hosts, rolls, unreadable }
    : {
        hosts: hosts.flatMap((host) => {
          const own = Object.hasOwn(host.services, service) ? host.services[service] : undefined;
          return own === undefined ? [] : [{ ...host, services: { [service]: own } }];
        }),
        rolls: rolls.filter((roll) => roll.service === service),
        unreadable: unreadable.filter((one) => one.service === service),
      };

/** A table of the hosts and their services, and below it what needs attention. */
export const hostsText = (
  report: FleetReport,
  { width, paint }: Pick<Io, 'width' | 'paint'>,
  now = Date.now(),
): string => {
  const rows = report.hosts.toSorted(byHost).flatMap(rowsOf);
  const remarks = remarksOf(report).map((remark) => `${paint('yellow', '!')} ${harmless(remark)}\n`);
  const rolls = report.rolls
    .filter(({ phase }) => phase === 'running' || phase === 'halted')
    .map((roll) => `${rollLine(roll, paint)}\n`);
  return [
    table(columns(now), rows, { width, paint }),
    ...[...rolls, ...remarks].slice(0, 1).map(() => '\n'),
    ...rolls,
    ...remarks,
  ].join('');
};

const byHost = (one: MemberRecord, other: MemberRecord): number =>
  one.host.localeCompare(other.host, 'en', { numeric: true });

const rowsOf = (host: MemberRecord): readonly Row[] => {
  const services = Object.entries(host.services).toSorted(([one], [other]) => one.localeCompare(other));
  return services.length === 0
    ? [{ host, name: '', service: undefined }]
    : services.map(([name, service]) => ({ host, name, service }));
};

const ofService =
  (text: (service: ServiceRecord) => string) =>
  ({ service }: Row) =>
    service === undefined ? '' : text(service);

const columns = (now: number): readonly Column<Row>[] => [
  { title: 'host', cell: ({ host }) => [host.host, 'bold'], flexible: true },
  { title: 'service', cell: ({ name }) => name, flexible: true },
  {
    title: 'state',
    cell: ({ service }) =>
      service === undefined ? ['no service', 'yellow'] : [service.phase, stateColour(service.phase)],
    priority: 7,
  },
  {
    title: 'available',
    cell: ({ service }) =>
      service === undefined
        ? ''
        : [`${service.available}/${service.size}`, service.available < service.size ? 'yellow' : 'green'],
    align: 'right',
  },
  { title: 'release', cell: ofService(({ release }) => release), priority: 6, optional: true },
  {
    title: 'crashes',
    cell: ({ service }) => {
      if (service === undefined) return '';
      return service.crashes === 0 ? '0' : [String(service.crashes), 'yellow'];
    },
    align: 'right',
    priority: 5,
  },
  {
    title: 'p99',
    cell: ofService(({ p99 }) => (p99 === undefined ? '' : duration(p99))),
    align: 'right',
    priority: 4,
    optional: true,
  },
  {
    title: 'generations',
    cell: ofService(({ slots }) => rangeOf(slots.map(({ generation }) => generation))),
    align: 'right',
    priority: 1,
  },
  { title: 'pid', cell: ({ host }) => String(host.pid), align: 'right', priority: 2 },
  { title: 'joined', cell: ({ host }) => shortDuration(now - host.since), align: 'right', priority: 3 },
];

/** `3`, or `2…3` while a restart is under way. */
const rangeOf = (numbers: readonly number[]): string => {
  if (numbers.length === 0) return '';
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  return least === most ? String(most) : `${least}…${most}`;
};

const remarksOf = ({ hosts, unreadable }: FleetReport): readonly string[] => [
  ...unreadable.map(({ problem }) => problem),
  ...differing(
    'hosts run different versions of proteus-cluster',
    hosts.map(({ host, version }) => [host, version]),
  ),
  ...[...new Set(hosts.flatMap(({ services }) => Object.keys(services)))].flatMap((name) =>
    differing(
      `${name}: hosts run different releases`,
      hosts.flatMap(({ host, services }) => {
        const release = services[name]?.release ?? '';
        return release === '' ? [] : [[host, release] as const];
      }),
    ),
  ),
];

const maxNames = 4;

/** `1.4.1 on a, b; 1.4.2 on c`, if there are two values or more. */
const differing = (what: string, values: readonly (readonly [host: string, value: string])[]): readonly string[] => {
  const byValue = new Map<string, string[]>();
  for (const [host, value] of values) byValue.set(value, [...(byValue.get(value) ?? []), host]);
  if (byValue.size < 2) return [];
  const parts = [...byValue].map(([value, hosts]) => `${value} on ${namesText(hosts)}`);
  return [`${what}: ${parts.join('; ')}`];
};

/** `a, b, c`, or `a, b, c, d and 12 more`. */
export const namesText = (names: readonly string[]): string =>
  names.length <= maxNames + 1
    ? names.join(', ')
    : `${names.slice(0, maxNames).join(', ')} and ${names.length - maxNames} more`;

/** `10 hosts, 2 services, 40 workers available of 40`. */
export const summaryText = ({ hosts }: Pick<FleetReport, 'hosts'>): string => {
  const services = hosts.flatMap((host) => Object.values(host.services));
  const names = new Set(hosts.flatMap((host) => Object.keys(host.services)));
  const sum = (count: (service: ServiceRecord) => number) => services.reduce((all, service) => all + count(service), 0);
  return `${plural(hosts.length, 'host')}, ${plural(names.size, 'service')}, ${sum(({ available }) => available)} of ${plural(
    sum(({ size }) => size),
    'worker',
  )} available`;
};
