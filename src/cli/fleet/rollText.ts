import type { HostProgress, MemberRecord, RollPhase, RollRecord } from '../../fleet.js';
import type { Io } from '../command.js';
import { harmless } from '../harmless.js';
import type { Colour, Paint } from '../style.js';
import { type Column, table } from '../table.js';
import { duration, plural } from '../units.js';

const phaseColours: Readonly<Record<RollPhase, Colour>> = {
  running: 'cyan',
  halted: 'red',
  aborted: 'yellow',
  done: 'green',
};

const stateColours: Readonly<Record<HostProgress['state'], Colour>> = {
  waiting: 'dim',
  asked: 'yellow',
  restarting: 'yellow',
  done: 'green',
  failed: 'red',
};

/** `shop: restart of 10 hosts is running, 4 done, 1 failed: why`. */
export const rollLine = ({ service, phase, why, hosts }: RollRecord, paint: Paint): string => {
  const count = (state: HostProgress['state']) => hosts.filter((host) => host.state === state).length;
  const failed = count('failed') === 0 ? '' : `, ${count('failed')} failed`;
  const reason = why === undefined ? '' : `: ${harmless(why)}`;
  return `${harmless(service)}: restart of ${plural(hosts.length, 'host')} ${paint(phaseColours[phase], phase)}, ${count('done')} done${failed}${reason}`;
};

/** All of a restart: its plan, each host, and what to do next. What hosts say of themselves tells which code those run that have not begun. */
export const rollText = (
  roll: RollRecord,
  { width, paint }: Pick<Io, 'width' | 'paint'>,
  members: readonly MemberRecord[] = [],
): string =>
  [
    `${rollLine(roll, paint)}\n`,
    `${paint('dim', `${planText(roll)}, asked for by ${harmless(roll.by)}`)}\n\n`,
    table(columns, withReleases(roll, members), { width, paint }),
    ...nextSteps(roll).map((line) => `\n${line}`),
    nextSteps(roll).length === 0 ? '' : '\n',
  ].join('');

const withReleases = ({ service, hosts }: RollRecord, members: readonly MemberRecord[]): readonly HostProgress[] => {
  const releases = new Map(members.map(({ host, services }) => [host, services[service]?.release ?? '']));
  return hosts.map((progress) => {
    const from = releases.get(progress.host) ?? '';
    return progress.state === 'waiting' && from !== '' ? { ...progress, from } : progress;
  });
};

/** `canary 1, then 2 at a time, soak 1 min`. */
export const planText = ({ plan: { canary, batch, soak, hostTimeout, maxFailures } }: RollRecord): string =>
  `canary ${canary}, soak ${duration(soak)}, then ${batch} at a time; a host has ${duration(hostTimeout)}, ${maxFailures === 0 ? 'the first failure halts it' : `more than ${plural(maxFailures, 'failure')} ${maxFailures === 1 ? 'halts' : 'halt'} it`}`;

const columns: readonly Column<HostProgress>[] = [
  { title: 'host', cell: ({ host }) => [host, 'bold'], flexible: true },
  { title: 'state', cell: ({ state, unknown }) => [unknown === true ? 'unknown' : state, stateColours[state]] },
  { title: 'release', cell: releaseText, priority: 2, optional: true },
  {
    title: 'attempts',
    cell: ({ attempt }) => (attempt < 2 ? '' : String(attempt)),
    align: 'right',
    priority: 1,
    optional: true,
  },
  { title: 'why', cell: ({ why }) => why ?? '', optional: true, flexible: true },
];

/** `1.4.1 → 1.4.2`, or the one that runs. */
function releaseText({ from, to, unknown }: HostProgress): string {
  if (to !== undefined && from !== undefined && to !== from) return `${from} → ${to}`;
  return unknown === true && from !== undefined ? `${from} or newer` : (to ?? from ?? '');
}

const nextSteps = ({ phase, service, hosts }: RollRecord): readonly string[] => {
  const name = harmless(service);
  if (phase === 'halted')
    return [
      `Go on with those that are left: proteus fleet resume ${name}`,
      `Leave it as it is: proteus fleet abort ${name}`,
      ...(hosts.some(({ unknown }) => unknown === true)
        ? ['A host that is unknown may still be in its restart, and counts as in transition until it reports.']
        : []),
    ];
  return [];
};

/** What has changed of the hosts between two records of one restart, in lines. */
export const progressLines = (before: RollRecord | undefined, now: RollRecord, paint: Paint): readonly string[] => {
  const known = new Map((before?.hosts ?? []).map((host) => [host.host, host]));
  const finished = now.hosts.filter(({ state }) => state === 'done').length;
  return now.hosts.flatMap((host) => {
    const old = known.get(host.host);
    if (
      host.state === 'waiting' ||
      (old !== undefined && old.state === host.state && old.attempt === host.attempt && old.unknown === host.unknown)
    )
      return [];
    return `  ${harmless(host.host)}  ${hostText(host, paint)}${host.state === 'done' ? `  [${finished}/${now.hosts.length}]` : ''}`;
  });
};

const hostText = (host: HostProgress, paint: Paint): string => {
  const { state, unknown, why } = host;
  const reason = why === undefined ? '' : `: ${harmless(why)}`;
  const release = harmless(releaseText(host));
  if (state === 'asked') return 'is asked to restart';
  if (state === 'restarting') return 'restarts';
  if (state === 'done') return `${paint('green', 'done')}${release === '' ? '' : `, runs ${release}`}`;
  return `${paint('red', unknown === true ? 'unknown' : 'failed')}${reason}`;
};
