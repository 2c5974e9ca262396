import { constants } from 'node:os';

/** The name of a signal that a process can handle. */
export type CatchableSignal = Exclude<NodeJS.Signals, 'SIGKILL' | 'SIGSTOP'>;

/** No process can handle these. */
export const uncatchable: readonly string[] = ['SIGKILL', 'SIGSTOP'];

/** The names of all signals of this system that a process can handle. */
export const catchable: readonly string[] = Object.keys(constants.signals).filter(
  (name) => !uncatchable.includes(name),
);
