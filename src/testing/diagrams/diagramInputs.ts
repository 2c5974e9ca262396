import { featureCommand, featureCommandNames } from '../../features/fold.js';
import type { ClusterCommand } from '../../vocabulary/events.js';
import { catchable } from '../../vocabulary/signals.js';

export const isSignal = (name: string): boolean => catchable.includes(name);

export const isSuspension = (name: string): boolean => suspension.test(name);

/** The machine is suspended for so long, which takes no column: the clock of the master has gone on, and its timers come late by it. */
const suspension = /^suspended (\d+)(s|min|h)$/;
const units: Readonly<Record<string, number>> = { s: 1_000, min: 60_000, h: 3_600_000 };
/** For how long a row such as `suspended 1h` suspends the machine, in ms. */
export const suspendedMs = (name: string): number => {
  const [, count = '', unit = ''] = suspension.exec(name) ?? [];
  return Number(count) * (units[unit] ?? 0);
};

/** What is asked of the whole cluster. */
const commands: readonly string[] = ['restart', 'shutdown', 'force'];

/** `scale 4`: to so many workers. `restart 1`: only this slot. */
const numbered = /^(scale|restart) ([1-9]\d{0,3}|10000)$/;

/** Whether it is the name of something that comes from outside. */
export const isInput = (name: string): boolean =>
  isSignal(name) ||
  isSuspension(name) ||
  featureCommand(name) !== undefined ||
  commands.includes(name) ||
  numbered.test(name);

/** What comes from outside, in the words of an error. */
export const inputExamples: readonly string[] = [
  'SIGUSR2',
  ...commands,
  'restart 1',
  'scale 4',
  ...featureCommandNames.map((name) => `${name} 1`),
  'suspended 1h',
];

/** What a row asks of the master, if it is no signal. */
export const commandOf = (name: string): ClusterCommand => {
  const [, word, count = ''] = numbered.exec(name) ?? [];
  if (word === 'scale') return { type: 'scale', to: Number(count), why: 'scale()' };
  if (word === 'restart') return { type: 'restart', request: 'restart()', why: 'restart()', slot: Number(count) };
  if (name === 'restart') return { type: 'restart', request: 'restart()', why: 'restart()' };
  return featureCommand(name) ?? { type: 'shutdown', force: name === 'force', why: name };
};
