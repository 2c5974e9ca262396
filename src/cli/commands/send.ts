import type { Command } from '../command.js';
import { eachMaster } from '../eachMaster.js';
import { exitCodes } from '../exitCodes.js';
import { numberOption } from '../readOption.js';
import { masterName, selectMasters, selectOptions, targetAnd } from '../select.js';
import { UsageError } from '../usageError.js';

export const send: Command = {
  name: 'send',
  summary: 'Sends a message to the workers, as send() of the library does.',
  usage: '[target] <json>',
  details: "The message is JSON. Workers get it by process.on('message') or messages$.",
  options: {
    slot: { value: 'N', text: 'Only to the worker of this slot.' },
    worker: { value: 'id', text: 'Only to the worker with this id.' },
    ...selectOptions,
  },
  examples: [
    [`send '{ "cmd": "flush" }'`, 'to all workers of the only master'],
    [`send web '"hello"' --slot 1`, 'a string, to one worker'],
  ],
  run: async (input, io) => {
    const { target, values } = targetAnd('send', input, ['json']);
    const message = messageOf(values[0] ?? '');
    const to = { slot: numberOption(input, 'slot', 1), id: numberOption(input, 'worker', 1) };
    return eachMaster(await selectMasters(input, target, io), io, async (master) => {
      const name = await masterName(master);
      await master.send(message, to);
      io.out(`sent to ${name}\n`);
      return exitCodes.ok;
    });
  },
};

const messageOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`send: expected JSON, such as '{ "cmd": "flush" }' or '"text"', got ${text}`);
  }
};
