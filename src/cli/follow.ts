import type { Dropped, Master } from '../client.js';
import type { Io } from './command.js';
import { allMasters } from './eachMaster.js';
import { exitCodes } from './exitCodes.js';
import { hasEnded } from './hasEnded.js';
import { untilInterrupted } from './interrupt.js';
import { masterName } from './select.js';

/**
 * Reads a stream of each master until it ends: at once, where nothing is followed. What is followed ends with the master, or with Ctrl-C, and neither is a failure.
 * Lines that a server has dropped, because this process reads too slowly, are reported.
 */
export const followAll = async <T extends object>(
  masters: readonly Master[],
  io: Io,
  follow: boolean,
  open: (master: Master) => AsyncIterable<T | Dropped>,
  tell: (value: T) => void,
): Promise<number> => {
  const { err } = io;
  const read = (master: Master): Promise<number> =>
    untilEnded(master, io, follow, async () => {
      for await (const value of open(master)) {
        if ('dropped' in value) err(`${value.dropped} lines were dropped, because they were not read fast enough\n`);
        else tell(value);
      }
    });
  return untilInterrupted(
    () => allMasters(masters, io, read),
    () => exitCodes.ok,
  );
};

/** Reads from a master. Where it is followed this goes on until the master ends, which is said and is no failure. */
export const untilEnded = async (
  master: Master,
  { err }: Io,
  follow: boolean,
  read: () => Promise<void>,
): Promise<number> => {
  const name = follow ? await masterName(master) : '';
  try {
    await read();
  } catch (error) {
    if (!follow || !hasEnded(error)) throw error;
  }
  if (follow) err(`${name} has ended\n`);
  return exitCodes.ok;
};
