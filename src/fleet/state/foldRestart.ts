import type { HostProgress, RollRecord } from '../records/roll.js';
import { canaryOf, isFinal, isPastSoak, othersOf } from '../roll/hosts.js';
import type { RestartState, TimeSpan } from './fleetState.js';

/** A restart after a record of it. `now` is in ms of a monotonic clock, and left out for a record that was there before anybody looked. */
export const foldRestart = (
  before: RestartState | undefined,
  record: RollRecord,
  now: number | undefined,
): RestartState => {
  const known = before?.roll?.id === record.id ? before : undefined;
  const from = known === undefined ? now : known.from;
  const to = record.phase === 'running' ? undefined : known?.roll?.phase === record.phase ? known.to : now;
  const turns = record.hosts.map((progress, index) => turnOf(known, index, progress, now));
  const soak = soakOf(known, record, now);
  return { roll: record, ...spanOf(from, to), turns, ...(soak !== undefined && { soak }) };
};

const spanOf = (from: number | undefined, to: number | undefined): TimeSpan => ({
  ...(from !== undefined && { from }),
  ...(to !== undefined && { to }),
});

const turnOf = (
  known: RestartState | undefined,
  index: number,
  progress: HostProgress,
  now: number | undefined,
): TimeSpan => {
  const { state, attempt, unknown } = progress;
  const before = known?.roll?.hosts[index];
  const turn = known?.turns[index] ?? {};
  if (state === 'waiting') return {};
  const isSameTurn = before?.attempt === attempt && before.state !== 'waiting';
  const from = isSameTurn ? turn.from : now;
  if (!isFinal(progress)) return spanOf(from, undefined);
  return spanOf(from, isSameTurn && before.state === state && before.unknown === unknown ? turn.to : now);
};

/** Whether the canary hosts are done and watched, and the others wait for it. */
const isSoaking = (record: RollRecord): boolean =>
  record.phase === 'running' &&
  othersOf(record).length > 0 &&
  !isPastSoak(record) &&
  canaryOf(record).every(({ state }) => state === 'done');

const soakOf = (known: RestartState | undefined, record: RollRecord, now: number | undefined): TimeSpan | undefined => {
  const was = known?.roll !== undefined && isSoaking(known.roll);
  if (isSoaking(record)) return was ? known.soak : spanOf(now, undefined);
  return was ? spanOf(known.soak?.from, now) : known?.soak;
};
