import type { EventLine, Master } from '../../client.js';
import type { RestartResult } from '../../index.js';
import type { Command, Io } from '../command.js';
import { eachMaster } from '../eachMaster.js';
import { exitCodes } from '../exitCodes.js';
import { harmless } from '../harmless.js';
import { untilInterrupted } from '../interrupt.js';
import { numberOption } from '../readOption.js';
import { masterName, selectMasters, selectOptions, targetAnd } from '../select.js';
import { type StatusLine, statusLine } from '../statusLine.js';
import { duration, plural } from '../units.js';
import { causeOf, workerName } from '../words.js';

export const restart: Command = {
  name: 'restart',
  aliases: ['reload'],
  summary: 'Replaces the workers one after the other, without losing a request.',
  usage: '[target]',
  details: `Each new worker starts beside the old one, which leaves when the new one is available. If a new worker fails,
the restart is aborted, the remaining workers stay, and the exit code is 1. The command waits for the end;
after Ctrl-C the restart goes on in the master.`,
  options: {
    slot: { value: 'N', text: 'Only the worker of this slot.' },
    json: { text: 'Print each event, and at last the result, as JSON, one a line.' },
    ...selectOptions,
  },
  examples: [
    ['restart', 'the only master that runs'],
    ['restart web', 'this cluster'],
    ['restart web --slot 2', 'one worker'],
    ['restart web && echo deployed', 'the exit code says whether it was done'],
  ],
  run: async (input, io) => {
    const { target } = targetAnd('restart', input, []);
    const slot = numberOption(input, 'slot', 1);
    const masters = await selectMasters(input, target, io);
    const json = input.options['json'] === true;
    return eachMaster(masters, io, (master) => restartOne(master, slot, json, io));
  },
};

const restartOne = async (master: Master, slot: number | undefined, json: boolean, io: Io): Promise<number> => {
  const status = statusLine(io);
  const name = await masterName(master);
  const begun = performance.now();
  const progress = master.restart({ slot });
  const result = await untilInterrupted(
    async () => {
      const tell = json ? (line: EventLine) => io.out(`${JSON.stringify(line)}\n`) : tellRestart(status);
      for await (const line of progress) tell(line);
      return progress.result();
    },
    () => {
      status.clear();
      io.err('The restart goes on in the master. Watch it: proteus events -f\n');
    },
  ).finally(status.clear);
  if (json) io.out(`${JSON.stringify({ result })}\n`);
  else io.out(endText(name, result, duration(performance.now() - begun), io));
  return result.outcome === 'done' ? exitCodes.ok : exitCodes.failed;
};

/** A line for each slot that has been replaced, and below them what is being waited for. */
const tellRestart = (status: StatusLine) => {
  const slots = new Map<string, number>();
  const done = new Map<string, number>();
  const forkedAt = new Map<number, number>();
  return ({ event }: EventLine): void => {
    const { cluster } = event;
    const name = harmless(cluster);
    if (event.type === 'restart-begin') {
      slots.set(cluster, event.slots.length);
      done.set(cluster, 0);
      status.print(`${name}: restart ${event.roll}, ${plural(event.slots.length, 'slot')}`);
    } else if (event.type === 'fork') {
      forkedAt.set(event.worker.id, event.time);
      status.show(`  slot ${event.worker.slot}  ${workerName(event.worker)} boots …`);
    } else if (event.type === 'ready') {
      status.show(`  slot ${event.worker.slot}  ${workerName(event.worker)} is ready: ${harmless(event.why)} …`);
    } else if (event.type === 'retire') {
      status.show(`  slot ${event.worker.slot}  ${workerName(event.worker)} leaves …`);
    } else if (event.type === 'waiting') {
      for (const { worker, remaining } of event.workers)
        status.print(`  slot ${worker.slot}  still waiting for ${workerName(worker)}${untilKilled(remaining)}`);
    } else if (event.type === 'replace-end') {
      const count = (done.get(cluster) ?? 0) + 1;
      done.set(cluster, count);
      const forked = forkedAt.get(event.worker.id);
      const took = forked === undefined ? '' : ` after ${duration(event.time - forked)}`;
      status.print(
        `  slot ${event.slot}  ${workerName(event.worker)} serves${took}  [${count}/${slots.get(cluster) ?? count}]`,
      );
    } else if (event.type === 'replace-abort') status.print(`  slot ${event.slot}  is not replaced`);
  };
};

export const untilKilled = (remaining: number | undefined): string =>
  remaining === undefined ? '' : `, which is killed in ${duration(remaining)}`;

const endText = (who: string, result: RestartResult, took: string, { paint }: Io): string => {
  const { outcome, replaced, kept } = result;
  if (outcome === 'done') return `${paint('green', 'done')}: ${who} restarted in ${took}\n`;
  const slots = `Replaced: ${listed(replaced)}; kept: ${listed(kept)}.`;
  return `${paint('red', outcome)}: ${who} after ${took}: ${harmless(causeOf(result))}\n${slots}\n`;
};

const listed = (slots: readonly number[]): string =>
  slots.length === 0 ? 'none' : `${slots.length === 1 ? 'slot' : 'slots'} ${slots.join(', ')}`;
