import type { HostProgress, RollRecord, TimeSpan } from '../../../fleet.js';
import type { RestartReport } from '../../fleet/report.js';
import { duration, plural } from '../state/format.js';
import { forTime, hostsBy, namesText, type Tone } from './hostRows.js';
import { localTime, type ReportedFleet } from './knownFleet.js';

/** A restart that can be drawn. */
export interface Restart extends RestartReport {
  readonly roll: RollRecord;
}

/** Hosts that are restarted together, or the soak between them. */
export type Step =
  | { readonly name: string; readonly hosts: readonly HostTurn[]; readonly soak?: never }
  | { readonly name: 'soak'; readonly hosts?: never; readonly soak: Part };

export interface HostTurn extends Part {
  readonly host: string;
  /** Which code runs there. */
  readonly code: string;
  /** Why it failed. */
  readonly why?: string;
}

/** A part of the time of a restart. */
export interface Part {
  /** Its begin and end, as shares of the time. Left out: it has not begun. */
  readonly bar?: readonly [number, number];
  readonly tone: Tone;
  readonly words: string;
}

/** The time that a restart is drawn over, in ms of the server's clock. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** From the first to the last thing that has been seen of it; `now` while it goes on. A host ends its restart also after the others were halted. */
const spanOf = ({ roll, from, to, turns, soak }: Restart, now: number): Span => {
  const isOpen = roll.phase === 'running' || roll.hosts.some(({ state }) => state === 'restarting');
  const times = [from, to, soak?.from, ...turns.flatMap((turn) => [turn.from, turn.to]), isOpen ? now : undefined];
  const known = times.filter((time) => time !== undefined);
  return {
    from: known.reduce((one, other) => Math.min(one, other), Infinity),
    to: known.reduce((one, other) => Math.max(one, other), -Infinity),
  };
};

/** The steps of a restart in their order: canary hosts, soak, batches. */
export const stepsOf = (fleet: ReportedFleet, restart: Restart, now: number): readonly Step[] => {
  const { roll, turns } = restart;
  const { canary, batch, soak } = roll.plan;
  const time = fleet.report.now + now - fleet.heardAt;
  const span = spanOf(restart, time);
  const rows = roll.hosts.map((progress, index) => turnOf(fleet, roll, progress, turns[index] ?? {}, span, time));
  const others = rows.slice(canary);
  const size = Math.max(1, batch);
  return [
    { name: 'canary', hosts: rows.slice(0, canary) },
    ...(soak > 0 && others.length > 0 ? [{ name: 'soak', soak: soakOf(restart, span, time) } as const] : []),
    ...Array.from({ length: Math.ceil(others.length / size) }, (_, index) => ({
      name: `batch ${index + 1}`,
      hosts: others.slice(index * size, (index + 1) * size),
    })),
  ];
};

const barOf = ({ from = -Infinity, to = Infinity }: TimeSpan, span: Span): readonly [number, number] => {
  // Nobody has seen when something happened.
  if (span.to <= span.from) return [0, 1];
  const share = (at: number) => Math.min(1, Math.max(0, (at - span.from) / (span.to - span.from)));
  return [share(Math.min(from, to)), share(to)];
};

const tones: Readonly<Record<HostProgress['state'], Tone>> = {
  waiting: 'plain',
  asked: 'info',
  restarting: 'info',
  done: 'good',
  failed: 'bad',
};

const turnOf = (
  fleet: ReportedFleet,
  { service, phase }: RollRecord,
  progress: HostProgress,
  turn: TimeSpan,
  span: Span,
  now: number,
): HostTurn => {
  const { host, state, why } = progress;
  // What had ended before anybody looked is a point at the begin.
  const times = state === 'done' || state === 'failed' ? { to: span.from, ...turn } : turn;
  return {
    host,
    tone: tones[state],
    words: wordsOf(progress, turn, phase, now),
    code: codeOf(progress, currentRelease(fleet, host, service)),
    ...(state !== 'waiting' && { bar: barOf(times, span) }),
    ...(why !== undefined && { why }),
  };
};

const wordsOf = (
  { state, unknown, attempt }: HostProgress,
  { from, to }: TimeSpan,
  phase: RollRecord['phase'],
  now: number,
): string => {
  const again = attempt > 1 ? `, attempt ${attempt}` : '';
  const after = from === undefined || to === undefined ? '' : ` in ${duration(to - from)}`;
  const since = from === undefined ? '' : forTime(now - from);
  switch (state) {
    case 'waiting':
      return `${phase === 'running' ? 'waits' : 'not restarted'}${again}`;
    case 'asked':
      return `is asked${since}${again}`;
    case 'restarting':
      return `restarts${since}${again}`;
    case 'done':
      return `done${after}${again}`;
    default:
      return unknown === true ? `unknown, may still restart${again}` : `failed${after}${again}`;
  }
};

const currentRelease = ({ report }: ReportedFleet, host: string, service: string): string =>
  report.hosts.find((one) => one.host === host)?.services.find(({ name }) => name === service)?.release ?? '';

/** What runs on a host: what it has reported itself, or what its record as a member says. */
const codeOf = ({ state, from, to, unknown }: HostProgress, current: string): string => {
  if (state === 'done')
    return to === undefined || to === from || from === undefined ? (to ?? current) : `${from} → ${to}`;
  if (unknown === true && from !== undefined) return `${from} or newer`;
  return current === '' ? (from ?? '') : current;
};

const soakOf = ({ roll, soak, to }: Restart, span: Span, now: number): Part => {
  const planned = roll.plan.soak;
  const others = roll.hosts.slice(roll.plan.canary);
  const isOver = others.some(({ attempt }) => attempt > 0);
  if (soak?.from === undefined)
    return { tone: isOver ? 'good' : 'plain', words: isOver ? `${duration(planned)}, passed` : duration(planned) };
  const bar = barOf(soak, span);
  if (isOver) return { tone: 'good', bar, words: `${duration(planned)}, passed` };
  const watched = duration(Math.min(planned, (soak.to ?? to ?? now) - soak.from));
  return roll.phase === 'running'
    ? { tone: 'info', bar, words: `watched for ${watched} of ${duration(planned)}` }
    : { tone: 'bad', bar, words: `ended after ${watched} of ${duration(planned)}` };
};

/** `1 of 6 hosts done, 1 failed`. */
export const progressText = ({ hosts }: RollRecord): string => {
  const count = (state: HostProgress['state']) => hosts.filter((host) => host.state === state).length;
  const failed = count('failed') === 0 ? '' : `, ${count('failed')} failed`;
  return `${count('done')} of ${plural(hosts.length, 'host')} done${failed}`;
};

/** `canary 1, soak 1 min, then 2 at a time; a host has 5 min, the first failure halts it`. */
export const planText = ({ plan }: RollRecord): string => {
  const { canary, batch, soak, hostTimeout, maxFailures } = plan;
  const halts =
    maxFailures === 0 ? 'the first failure halts it' : `more than ${plural(maxFailures, 'failure')} halt it`;
  return `canary ${canary}, soak ${duration(soak)}, then ${batch} at a time; a host has ${duration(hostTimeout)}, ${halts}`;
};

/** Which code runs on which hosts of a restart: `1.4.2 on web1`. */
export const releasesOf = (fleet: ReportedFleet, { roll }: Restart): readonly string[] =>
  hostsBy(
    roll.hosts.map((progress) => [
      progress.host,
      progress.state === 'done' && progress.to !== undefined
        ? progress.to
        : codeOf(progress, currentRelease(fleet, progress.host, roll.service)),
    ]),
  ).map(([release, hosts]) => `${release} on ${namesText(hosts)}`);

/** When a restart began, by the clock of the browser. */
export const beganAt = (fleet: ReportedFleet, { from }: RestartReport): number | undefined =>
  from === undefined ? undefined : localTime(fleet, from);

const order = ['running', 'halted', 'aborted', 'done'];

/** Those that need attention first. */
export const inOrder = (restarts: readonly RestartReport[]): readonly RestartReport[] =>
  restarts.toSorted(
    (one, other) =>
      order.indexOf(one.roll?.phase ?? 'running') - order.indexOf(other.roll?.phase ?? 'running') ||
      one.service.localeCompare(other.service),
  );
