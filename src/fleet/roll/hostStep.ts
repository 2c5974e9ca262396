import type { HostProgress, RollRecord } from '../records/roll.js';
import { withHosts } from './hosts.js';

/** How the restart of a service on a host ended. */
export type HostOutcome =
  | { readonly state: 'done'; readonly to?: string; readonly crashes?: number }
  | { readonly state: 'failed'; readonly why: string; readonly to?: string };

/** Which restart of a host: a roll can ask a host again. */
export interface Turn {
  readonly roll: string;
  readonly host: string;
  readonly attempt: number;
}

export const progressOf = (
  record: RollRecord | undefined,
  { roll, host }: Omit<Turn, 'attempt'>,
): HostProgress | undefined =>
  record?.id === roll ? record.hosts.find((progress) => progress.host === host) : undefined;

const isTurn = (progress: HostProgress | undefined, { attempt }: Turn): boolean => progress?.attempt === attempt;

/** The turn that a record asks the host to take. */
export const turnFor = (record: RollRecord, host: string): Turn | undefined => {
  const progress = progressOf(record, { roll: record.id, host });
  const isAsked = record.phase === 'running' && progress?.state === 'asked';
  return isAsked ? { roll: record.id, host, attempt: progress.attempt } : undefined;
};

/** The turn that a record shows as begun, or as possibly begun. */
export const openTurn = (record: RollRecord, host: string): Turn | undefined => {
  const progress = progressOf(record, { roll: record.id, host });
  if (progress?.state !== 'restarting' && !(progress?.state === 'failed' && progress.unknown === true))
    return undefined;
  return { roll: record.id, host, attempt: progress.attempt };
};

/** Whether the record shows that this turn has begun: the host may restart. */
export const hasBegun = (record: RollRecord | undefined, turn: Turn): boolean => {
  const progress = progressOf(record, turn);
  return isTurn(progress, turn) && progress?.state === 'restarting';
};

/** The host takes its turn. `undefined` if it is not asked any more. */
export const beginning = (
  record: RollRecord | undefined,
  turn: Turn,
  from: string | undefined,
): RollRecord | undefined => {
  if (record === undefined || record.phase !== 'running') return undefined;
  const progress = progressOf(record, turn);
  if (!isTurn(progress, turn) || progress?.state !== 'asked') return undefined;
  const { why: _, to: __, crashes: ___, ...rest } = progress;
  return replaced(record, { ...rest, state: 'restarting', ...(from !== undefined && { from }) });
};

/** The host reports how its turn ended, also when the driver has given it up meanwhile. `undefined` if the record is about another turn, or has the report. */
export const reporting = (record: RollRecord | undefined, turn: Turn, outcome: HostOutcome): RollRecord | undefined => {
  if (record === undefined) return undefined;
  const progress = progressOf(record, turn);
  if (progress === undefined || !isTurn(progress, turn)) return undefined;
  const isOpen = progress.state === 'restarting' || (progress.state === 'failed' && progress.unknown === true);
  if (!isOpen) return undefined;
  const { unknown: _, why: __, ...rest } = progress;
  return replaced(record, { ...rest, ...outcome });
};

const replaced = (record: RollRecord, progress: HostProgress): RollRecord =>
  withHosts(record, (one) => (one.host === progress.host ? progress : one));
