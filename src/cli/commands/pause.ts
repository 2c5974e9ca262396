import type { Master } from '../../client.js';
import type { Command, Io } from '../command.js';
import { eachMaster } from '../eachMaster.js';
import { exitCodes } from '../exitCodes.js';
import { harmless } from '../harmless.js';
import { wholeNumber } from '../readOption.js';
import { masterName, selectMasters, selectOptions, targetAnd } from '../select.js';

export const pause: Command = {
  name: 'pause',
  summary: 'Takes a worker out of rotation, while its process stays.',
  usage: '[target] <slot>',
  details: `It gets no new connections, finishes what it does, and can be inspected. The last ready worker is not paused:
then the exit code is 1.`,
  options: { ...selectOptions },
  examples: [
    ['pause 2', 'the worker of slot 2'],
    ['pause web 2', 'of this cluster'],
    ['resume 2', 'puts it back'],
  ],
  run: async (input, io) => {
    const { target, values } = targetAnd('pause', input, ['slot']);
    return report('pause', values[0] ?? '', await selectMasters(input, target, io), io);
  },
};

export const resume: Command = {
  name: 'resume',
  summary: 'Puts a paused worker back into rotation.',
  usage: '[target] <slot>',
  options: { ...selectOptions },
  examples: [
    ['resume 2', 'the worker of slot 2'],
    ['resume web 2', 'of this cluster'],
  ],
  run: async (input, io) => {
    const { target, values } = targetAnd('resume', input, ['slot']);
    return report('resume', values[0] ?? '', await selectMasters(input, target, io), io);
  },
};

const report = async (command: 'pause' | 'resume', text: string, masters: readonly Master[], io: Io) => {
  const slot = wholeNumber(`${command}: <slot>`, text, 1);
  return eachMaster(masters, io, (master) => reportOne(command, slot, master, io));
};

type Result = Awaited<ReturnType<Master['pause'] | Master['resume']>>;

const reportOne = async (command: 'pause' | 'resume', slot: number, master: Master, io: Io) => {
  const name = await masterName(master);
  const result = await master[command](slot);
  if (result.clusters === undefined) return reportResult(result, `slot ${slot} of ${name}`, io);
  // One may have refused, and the others not.
  const codes = Object.entries(result.clusters).map(([cluster, own]) =>
    reportResult(own, `slot ${slot} of ${harmless(cluster)} (${nameOfPlace(master)})`, io),
  );
  return Math.max(...codes);
};

const nameOfPlace = ({ pid, at }: Master): string => (pid === undefined ? at : `pid ${pid}`);

const reportResult = (result: Result, who: string, { out, err, paint }: Io): number => {
  if (result.outcome === 'refused') {
    err(`${paint('red', 'refused')}: ${who}: ${harmless(result.why)}\n`);
    return exitCodes.failed;
  }
  out(`${paint('green', result.outcome)}: ${who}\n`);
  return exitCodes.ok;
};
