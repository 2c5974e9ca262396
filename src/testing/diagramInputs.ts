import { featureCommand } from '../features/fold.js';
import type { ClusterCommand } from '../vocabulary/events.js';
import { isBehaviourRow } from './behaviourRows.js';

export const isSignal = (name: string): boolean => name.startsWith('SIG');

export const isSuspension = (name: string): boolean => suspension.test(name);

/** The machine is suspended for so long, which takes no column: the clock of the master has gone on, and its timers come late by it. */
const suspension = /^suspended (\d+)(s|min|h)$/;
const units: Readonly<Record<string, number>> = { s: 1_000, min: 60_000, h: 3_600_000 };
/** For how long a row such as `suspended 1h` suspends the machine, in ms. */
export const suspendedMs = (name: string): number => {
  const [, count = '', unit = ''] = suspension.exec(name) ?? [];
  return Number(count) * (units[unit] ?? 0);
};

/** `scale 4`: to so many workers. `restart 1`: only this slot. */
const numbered = /^(scale|restart) ([1-9]\d{0,3}|10000)$/;

/** Whether it is the name of something that comes from outside. */
export const isInput = (name: string): boolean =>
  isSignal(name) ||
  isSuspension(name) ||
  featureCommand(name) !== undefined ||
  ['restart', 'shutdown', 'force'].includes(name) ||
  numbered.test(name);

/** Throws for a row that is neither an input nor about the behaviour of a worker. */
export const checkInput = (name: string): void => {
  if (isInput(name) || isBehaviourRow(name)) return;
  throw new Error(
    `row '${name}': expected a signal, restart, restart 1, scale 4, shutdown, force, the command of a feature, suspended 1h, messages$, cmd …, or a worker such as 'worker 1, slot 1' or 'worker 1 rss 600M'`,
  );
};

/** What a row asks of the master, if it is no signal. */
export const commandOf = (name: string): ClusterCommand => {
  const [, word, count = ''] = numbered.exec(name) ?? [];
  if (word === 'scale') return { type: 'scale', to: Number(count), why: 'scale()' };
  if (word === 'restart') return { type: 'restart', request: 'restart()', why: 'restart()', slot: Number(count) };
  if (name === 'restart') return { type: 'restart', request: 'restart()', why: 'restart()' };
  return featureCommand(name) ?? { type: 'shutdown', force: name === 'force', why: name };
};
