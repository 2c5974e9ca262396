import { ControlError, type EventLine, type Master } from '../../client.js';
import type { WorkerRef } from '../../index.js';
import type { Command, Io } from '../command.js';
import { eachMaster } from '../eachMaster.js';
import { exitCodes } from '../exitCodes.js';
import { untilInterrupted } from '../interrupt.js';
import { masterName, selectMasters, selectOptions, targetAnd } from '../select.js';
import { isRunning } from '../isRunning.js';
import { type StatusLine, statusLine } from '../statusLine.js';
import { duration } from '../units.js';
import { workerName } from '../words.js';
import { untilKilled } from './restart.js';

export const stop: Command = {
  name: 'stop',
  summary: 'Stops a cluster or a master: requests in flight are answered first.',
  usage: '[target]',
  details: `The command waits until the last worker has left, and says for whom it waits. With the name of a cluster it
stops this cluster; a master ends with its last cluster. After Ctrl-C the shutdown goes on in the master.`,
  options: {
    force: { short: 'f', text: 'Kill the workers at once. Requests in flight are lost.' },
    ...selectOptions,
  },
  examples: [
    ['stop', 'the only master that runs'],
    ['stop web', 'this cluster'],
    ['stop --all', 'everything of this user'],
    ['stop web --force', 'do not wait for requests in flight'],
  ],
  run: async (input, io) => {
    const { target } = targetAnd('stop', input, []);
    const force = input.options['force'] === true;
    const masters = await selectMasters(input, target, io);
    return eachMaster(masters, io, (master) => stopOne(master, force, io));
  },
};

const stopOne = async (master: Master, force: boolean, io: Io): Promise<number> => {
  const status = statusLine(io);
  const begun = performance.now();
  const name = await masterName(master);
  const last = await isLast(master);
  const progress = force ? master.force() : master.shutdown();
  const { tell, end } = tellShutdown(status, force);
  const act = async () => {
    try {
      for await (const line of progress) tell(line);
    } catch (error) {
      // The process may end before it has written the result.
      if (!(error instanceof ControlError) || error.code !== 'ended' || !(await hasEnded(master))) throw error;
    }
    if (last) await hasEnded(master);
  };
  await untilInterrupted(act, () => {
    status.clear();
    io.err('The shutdown goes on in the master. Watch it: proteus ls\n');
  }).finally(() => {
    end();
    status.clear();
  });
  io.out(`${io.paint('green', 'stopped')}: ${name} after ${duration(performance.now() - begun)}\n`);
  return exitCodes.ok;
};

/** Whether the master ends with this shutdown: no other cluster runs in it. */
const isLast = async (master: Master): Promise<boolean> => {
  if (master.cluster === undefined) return true;
  const { clusters } = await master.status({ cluster: undefined });
  return clusters.every(({ cluster, phase }) => cluster === master.cluster || phase === 'ended');
};

/** How long nothing is said about workers that stay. The master says later when it kills them. */
const silenceMs = 2_000;

/** A line for each worker that has left, and for whom it waits. */
const tellShutdown = (status: StatusLine, force: boolean) => {
  const asked = new Map<number, WorkerRef>();
  const namesOf = () => Array.from(asked.values(), workerName).join(', ');
  const late = setTimeout(() => {
    if (asked.size === 0) return;
    status.print(`  still waiting for ${namesOf()}`);
    if (!force) status.print('  proteus stop --force kills them, and what they still do is lost');
  }, silenceMs);
  return {
    tell: ({ event }: EventLine): void => {
      if (event.type === 'retire') asked.set(event.worker.id, event.worker);
      else if (event.type === 'exit') {
        asked.delete(event.worker.id);
        status.print(`  slot ${event.worker.slot}  ${workerName(event.worker)} has left`);
      } else if (event.type === 'waiting')
        for (const { worker, remaining } of event.workers)
          status.print(`  slot ${worker.slot}  still waiting for ${workerName(worker)}${untilKilled(remaining)}`);
      status.show(asked.size === 0 ? '' : `  waiting for ${namesOf()} …`);
    },
    end: () => clearTimeout(late),
  };
};

/** How long the process of a master may take to end after its last cluster. */
const longestEndMs = 3_000;
const lookAgainMs = 20;

/** Waits until the process of the master has exited. Resolves with false if it goes on, because it has other work. */
const hasEnded = async ({ pid }: Master): Promise<boolean> => {
  if (pid === undefined) return false;
  const late = performance.now() + longestEndMs;
  while (performance.now() < late) {
    if (!isRunning(pid)) return true;
    // A process that is not a child ends without an event.
    // oxlint-disable-next-line no-await-in-loop
    await new Promise((resolve) => {
      setTimeout(resolve, lookAgainMs);
    });
  }
  return false;
};
