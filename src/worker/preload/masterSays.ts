/** Reads what the master says. After a release it may be of another version than this file: what is missing has a default, and what is unknown is passed over. */
import type { Drain, MasterSays } from '../../vocabulary/protocol.js';

const cmd = 'NODE_PROTEUS_CLUSTER';

const isMasters = (message: unknown): message is Readonly<Record<string, unknown>> =>
  isRecord(message) && message['cmd'] === cmd;

/** A frame of the master; `undefined` for one that does not fit, whatever it is, or whose kind is not known. */
const decode = (message: unknown): MasterSays | undefined => {
  if (!isMasters(message)) return undefined;
  const { feature, body, sample } = message;
  if (typeof feature === 'string') return { cmd, feature, body };
  if (typeof sample === 'boolean') return { cmd, sample };
  const drain = drainOf(message['drain']);
  if (drain !== undefined) return { cmd, drain };
  const alone = drainOf(message['alone']);
  return alone === undefined ? undefined : { cmd, alone };
};

const drainOf = (value: unknown): Drain | undefined => {
  if (!isRecord(value)) return undefined;
  const { grace, cut = 30_000, linger = 1_000, webSockets = true } = value;
  if (!isTime(cut) || !isTime(linger) || typeof webSockets !== 'boolean') return undefined;
  // JSON has no Infinity, and makes null of it.
  if (grace === undefined || grace === null) return { cut, linger, webSockets };
  return isTime(grace) ? { grace, cut, linger, webSockets } : undefined;
};

const isTime = (value: unknown): value is number => typeof value === 'number' && value >= 0 && Number.isFinite(value);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** Whether it is of a kind that this file knows; a newer master may have others. */
const isKnown = (message: Readonly<Record<string, unknown>>): boolean =>
  ['feature', 'drain', 'alone', 'sample'].some((kind) => kind in message);

export { isMasters, isKnown, decode };
