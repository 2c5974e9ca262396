import type { Master } from '../../client.js';
import type { Command, Io } from '../command.js';
import { allMasters } from '../eachMaster.js';
import { exitCodes } from '../exitCodes.js';
import { masterName, selectMasters, selectOptions, targetAnd } from '../select.js';
import { duration } from '../units.js';

export const ping: Command = {
  name: 'ping',
  summary: 'Asks a master whether it answers.',
  usage: '[target]',
  details: 'A master whose event loop is blocked for 5 s does not answer: then the exit code is 1.',
  options: { json: { text: 'Print JSON.' }, ...selectOptions },
  examples: [
    ['ping', 'the only master that runs'],
    ['ping --all', 'each of them'],
  ],
  run: async (input, io) => {
    const { target } = targetAnd('ping', input, []);
    const masters = await selectMasters(input, target, io);
    return allMasters(masters, io, (master) => pingOne(master, input.options['json'] === true, io));
  },
};

const pingOne = async (master: Master, json: boolean, io: Io): Promise<number> => {
  const begun = performance.now();
  const answer = await master.ping();
  const took = duration(performance.now() - begun);
  const { version, node } = answer;
  if (json) io.out(`${JSON.stringify(answer)}\n`);
  else io.out(`${await masterName(master)} answered in ${took}: proteus-cluster ${version}, Node ${node}\n`);
  return exitCodes.ok;
};
