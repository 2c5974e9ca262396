import type { Master } from '../client.js';
import type { Io } from './command.js';
import { reportError } from './reportError.js';

type Act = (master: Master) => Promise<number>;

/** Does something with each master, one after the other, because what they say would be mixed. With several, one that fails is reported and the others have their turn. Resolves with the highest exit code. */
export const eachMaster = async (masters: readonly Master[], io: Io, act: Act): Promise<number> => {
  const codes: number[] = [];
  // oxlint-disable-next-line no-await-in-loop
  for (const master of masters) codes.push(await reported(act, masters, io)(master));
  return Math.max(...codes);
};

/** The same at once. */
export const allMasters = async (masters: readonly Master[], io: Io, act: Act): Promise<number> =>
  Math.max(...(await Promise.all(masters.map(reported(act, masters, io)))));

/** The error of the only master is that of the command. */
const reported =
  (act: Act, { length }: readonly Master[], io: Io): Act =>
  async (master) => {
    try {
      return await act(master);
    } catch (error) {
      if (length === 1) throw error;
      return reportError(error, io);
    }
  };
