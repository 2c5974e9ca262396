import { constants } from 'node:os';
import type { Master } from '../../client.js';
import type { Command } from '../command.js';
import { eachMaster } from '../eachMaster.js';
import { exitCodes } from '../exitCodes.js';
import { numberOption } from '../readOption.js';
import { masterName, selectMasters, targetAnd } from '../select.js';
import { didYouMean } from '../suggest.js';
import { UsageError } from '../usageError.js';
import { workerName } from '../words.js';

const names = Object.keys(constants.signals).filter((name): name is NodeJS.Signals => name.startsWith('SIG'));
const shortNames = names.map((name) => name.slice('SIG'.length));

export const signal: Command = {
  name: 'signal',
  summary: 'Sends a signal to a master, or to the worker of a slot.',
  usage: '[target] <signal>',
  details: `What a master does on SIGUSR2 (restart), SIGTERM (shutdown), SIGHUP (reopen the log files) and others is an
option of its clusters, and concerns all of them.`,
  options: { slot: { value: 'N', text: 'To the worker of this slot.' }, all: { short: 'a', text: 'All masters.' } },
  examples: [
    ['signal HUP', 'open the log files again'],
    ['signal web SIGUSR2', 'to the master of this cluster'],
    ['signal web SIGUSR1 --slot 2', 'to a worker'],
  ],
  run: async (input, io) => {
    const { target, values } = targetAnd('signal', input, ['signal']);
    const name = signalName(values[0] ?? '');
    const slot = numberOption(input, 'slot', 1);
    return eachMaster(await selectMasters(input, target, io), io, async (master) => {
      const { pid, who } = await (slot === undefined ? ofMaster(master) : ofSlot(master, slot));
      process.kill(pid, name);
      io.out(`${name} was sent to ${who}\n`);
      return exitCodes.ok;
    });
  },
};

const signalName = (text: string): NodeJS.Signals => {
  const upper = text.toUpperCase();
  const name = names.find((known) => known === upper || known === `SIG${upper}`);
  if (name !== undefined) return name;
  throw new UsageError(
    `signal: expected the name of a signal, such as SIGUSR2, got ${text}${didYouMean(upper.replace(/^SIG/, ''), shortNames, 'SIG')}`,
  );
};

interface Process {
  readonly pid: number;
  readonly who: string;
}

/** The pids of a master behind a socket that was named may be those of another machine or container, and here those of other processes. */
const pidHere = ({ pid, at }: Master): number => {
  if (pid !== undefined) return pid;
  throw new UsageError(`signal: expected a master of this machine by its pid or a cluster, got ${at}`);
};

/** Also one that does not answer. */
const ofMaster = async (master: Master): Promise<Process> => {
  const pid = pidHere(master);
  return { pid, who: await masterName(master).catch(() => `pid ${pid}`) };
};

const ofSlot = async (master: Master, slot: number): Promise<Process> => {
  pidHere(master);
  const workers = (await master.workers({ slot })).filter(({ leaving }) => leaving !== true);
  const [worker, other] = workers;
  if (worker?.pid === undefined)
    throw new UsageError(`--slot: slot ${slot} of ${await masterName(master)} has no worker`);
  if (other !== undefined && other.cluster !== worker.cluster)
    throw new UsageError(`--slot: several clusters have a slot ${slot}. Name the cluster`);
  return { pid: worker.pid, who: `${workerName(worker)} in slot ${slot} of ${await masterName(master)}` };
};
