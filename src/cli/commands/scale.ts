import type { Command } from '../command.js';
import { eachMaster } from '../eachMaster.js';
import { exitCodes } from '../exitCodes.js';
import { wholeNumber } from '../readOption.js';
import { masterName, selectMasters, selectOptions, targetAnd } from '../select.js';
import { plural } from '../units.js';

export const scale: Command = {
  name: 'scale',
  summary: 'Changes the number of workers.',
  usage: '[target] <workers>',
  details: `Further workers are started, or those of the highest slots are asked to leave. The command does not wait
for them: proteus ls shows how many are ready.`,
  options: { ...selectOptions },
  examples: [
    ['scale 8', 'the only master that runs'],
    ['scale web 8', 'this cluster'],
  ],
  run: async (input, io) => {
    const { target, values } = targetAnd('scale', input, ['workers']);
    const to = wholeNumber('scale: <workers>', values[0] ?? '', 1);
    return eachMaster(await selectMasters(input, target, io), io, async (master) => {
      const name = await masterName(master);
      await master.scale(to);
      io.out(`${name} is scaled to ${plural(to, 'worker')}\n`);
      return exitCodes.ok;
    });
  },
};
