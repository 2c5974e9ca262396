import type { Command } from '../../command.js';
import { exitCodes } from '../../exitCodes.js';
import { fleetOptions, withFleet } from '../../fleet/openFleet.js';
import { showLines } from '../../fleet/showLines.js';
import { optionalService } from '../../fleet/words.js';
import { choiceOption } from '../../readOption.js';

const levels = ['trace', 'debug', 'info', 'warn', 'error'] as const;

export const fleetEvents: Command = {
  name: 'fleet events',
  summary: 'Shows what the masters of all hosts decide, from now on.',
  usage: '[service]',
  details: `Until Ctrl-C. Events of before are kept by each master: proteus events there. Hosts send events only while
somebody asks for them.`,
  options: {
    level: { value: 'level', text: 'Only this level and higher ones. Default: info.', choices: levels },
    json: { text: 'Print JSON, one event a line.' },
    ...fleetOptions,
  },
  examples: [
    ['fleet events', 'all hosts'],
    ['fleet events shop --level warn', 'what goes wrong with one service'],
  ],
  run: async (input, io) => {
    const service = optionalService('fleet events', input);
    const level = choiceOption(input, 'level', levels) ?? 'info';
    const json = input.options['json'] === true;
    return withFleet(input, io, async (open) => {
      await showLines(
        open,
        { what: 'events', level, lines: 0, follow: true, json, ...(service !== undefined && { service }) },
        io,
      );
      return exitCodes.ok;
    });
  },
};
