/** Reads frames of the master, which may have another version of this package: missing fields have defaults, and unknown fields are ignored. */
import type { Drain, MasterFrame } from '../../vocabulary/protocol.js';

const cmd = 'NODE_PROTEUS_CLUSTER';

const isMasterFrame = (message: unknown): message is Readonly<Record<string, unknown>> =>
  isRecord(message) && message['cmd'] === cmd;

/** A frame of the master; `undefined` for anything that does not fit or is of an unknown kind. */
const decode = (message: unknown): MasterFrame | undefined => {
  if (!isMasterFrame(message)) return undefined;
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
  if (!isDuration(cut) || !isDuration(linger) || typeof webSockets !== 'boolean') return undefined;
  // JSON turns Infinity into null.
  if (grace === undefined || grace === null) return { cut, linger, webSockets };
  return isDuration(grace) ? { grace, cut, linger, webSockets } : undefined;
};

const isDuration = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && Number.isFinite(value);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** Whether a frame is of a kind that this file knows. A newer master may have others. */
const isKnown = (message: Readonly<Record<string, unknown>>): boolean =>
  ['feature', 'drain', 'alone', 'sample'].some((kind) => kind in message);

export { isMasterFrame, isKnown, decode };
