import type { Command } from '../command.js';
import { followAll } from '../follow.js';
import { choiceOption, numberOption } from '../readOption.js';
import { recordText } from '../recordText.js';
import { selectMasters, selectOptions, targetAnd } from '../select.js';

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
const usualLines = 15;

export const logs: Command = {
  name: 'logs',
  aliases: ['log'],
  summary: 'Shows what the workers have written.',
  usage: '[target]',
  details: `The master keeps about the last 256 kB in memory; all of it is where its option log says. What the master
decides is shown by proteus events.`,
  options: {
    follow: { short: 'f', text: 'Go on with the lines that come.' },
    lines: { short: 'n', value: 'N', text: `So many lines first. Default: ${usualLines}.` },
    level: {
      value: 'level',
      text: 'Only this level and higher ones: trace, debug, info, warn, error, fatal.',
      choices: levels,
    },
    slot: { value: 'N', text: 'Only of this slot.' },
    err: { text: 'Only what was written to stderr.' },
    out: { text: 'Only what was written to stdout.' },
    json: { text: 'Print JSON, one record a line.' },
    ...selectOptions,
  },
  examples: [
    ['logs -f', 'the last lines, and those that come'],
    ['logs web --lines 100 --level warn', 'warnings and errors'],
    ['logs web --slot 2 --err', 'stderr of one worker'],
    ['logs --json | jq .msg', 'for scripts'],
  ],
  run: async (input, io) => {
    const { target } = targetAnd('logs', input, []);
    const { err, out, json, follow } = input.options;
    const query = {
      level: choiceOption(input, 'level', levels),
      slot: numberOption(input, 'slot', 1),
      lines: numberOption(input, 'lines', 0) ?? usualLines,
      output: err === out ? undefined : err === true ? ('stderr' as const) : ('stdout' as const),
      follow: follow === true,
    };
    let isEmpty = true;
    const code = await followAll(
      await selectMasters(input, target, io),
      io,
      query.follow,
      (master) => master.logs(query),
      (record) => {
        isEmpty = false;
        io.out(json === true ? `${JSON.stringify(record)}\n` : recordText(record, io.paint));
      },
    );
    // People who read nothing at all wonder whether it works.
    if (isEmpty && json !== true && follow !== true)
      io.err('No lines of workers. What the master decides: proteus events\n');
    return code;
  },
};
