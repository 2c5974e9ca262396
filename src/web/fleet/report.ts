import type {
  FleetState,
  HostState,
  MemberRecord,
  RestartState,
  RollRecord,
  ServiceRecord,
  ShownFleet,
} from '../../fleet.js';

/** What the page knows of a fleet: plain data. Times are in ms of a clock of the server of the page, which is `now` when the report is made. */
export interface FleetReport extends Pick<FleetState, 'reachable' | 'since' | 'problem'> {
  readonly name: string;
  /** The host of the master that serves the page. */
  readonly host?: string;
  readonly now: number;
  readonly hosts: readonly HostReport[];
  readonly restarts: readonly RestartReport[];
}

export interface HostReport extends Pick<HostState, 'host' | 'is' | 'since' | 'heardAt' | 'problem'> {
  readonly pid?: number;
  readonly version?: string;
  /** By the clock of the host, in ms since the epoch. */
  readonly joined?: number;
  readonly services: readonly ServiceReport[];
}

export interface ServiceReport extends Pick<
  ServiceRecord,
  'release' | 'phase' | 'size' | 'available' | 'crashes' | 'p99'
> {
  readonly name: string;
  /** The lowest and the highest of its slots. Empty without slots. */
  readonly generations: readonly number[];
}

export interface RestartReport extends RestartState {
  readonly service: string;
}

/** Longer texts are cut. What hosts say is theirs, and a page has to stay usable. */
const maxText = 300;
const maxServices = 100;

/** What the store says is told in full: it names what to do. */
const maxProblem = 1_000;

const cut = (text: string, length = maxText): string => (text.length > length ? `${text.slice(0, length)}…` : text);

export const fleetReport = (
  { name, host }: Omit<ShownFleet, 'state$'>,
  state: FleetState,
  now: number,
): FleetReport => {
  const { reachable, since, problem, hosts, restarts } = state;
  return {
    name,
    ...(host !== undefined && { host }),
    now,
    reachable,
    since,
    ...(problem !== undefined && { problem: cut(problem, maxProblem) }),
    hosts: Array.from(hosts.values(), hostReport),
    restarts: Array.from(restarts, ([service, restart]) => ({
      ...restart,
      service: cut(service),
      ...(restart.problem !== undefined && { problem: cut(restart.problem) }),
      ...(restart.roll !== undefined && { roll: rollReport(restart.roll) }),
    })),
  };
};

const hostReport = ({ record, problem, ...state }: HostState): HostReport => ({
  ...state,
  host: cut(state.host),
  ...(problem !== undefined && { problem: cut(problem) }),
  ...(record !== undefined && { pid: record.pid, version: cut(record.version), joined: record.since }),
  services: record === undefined ? [] : servicesOf(record),
});

const servicesOf = ({ services }: MemberRecord): readonly ServiceReport[] =>
  Object.entries(services).slice(0, maxServices).map(serviceReport);

const serviceReport = ([name, service]: readonly [string, ServiceRecord]): ServiceReport => {
  const { release, phase, slots, ...counts } = service;
  const generations = slots.map(({ generation }) => generation);
  return {
    ...counts,
    name: cut(name),
    release: cut(release),
    phase: cut(phase),
    // Not as arguments of Math.min: a record may have many slots.
    generations: generations.length === 0 ? [] : [generations.reduce(least), generations.reduce(most)],
  };
};

const least = (one: number, other: number): number => Math.min(one, other);
const most = (one: number, other: number): number => Math.max(one, other);

const rollReport = (roll: RollRecord): RollRecord => ({
  ...roll,
  service: cut(roll.service),
  by: cut(roll.by),
  ...(roll.why !== undefined && { why: cut(roll.why) }),
  hosts: roll.hosts.map(({ host, why, from, to, ...progress }) => ({
    ...progress,
    host: cut(host),
    ...(why !== undefined && { why: cut(why) }),
    ...(from !== undefined && { from: cut(from) }),
    ...(to !== undefined && { to: cut(to) }),
  })),
});
