import type { Command } from '../../command.js';
import { exitCodes } from '../../exitCodes.js';
import { fleetOptions, withFleet } from '../../fleet/openFleet.js';
import { missingService } from '../../fleet/missingService.js';
import { readFleet } from '../../fleet/readFleet.js';
import { showLines } from '../../fleet/showLines.js';
import { optionalService } from '../../fleet/words.js';
import { choiceOption, numberOption } from '../../readOption.js';

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
const usualLines = 15;

export const fleetLogs: Command = {
  name: 'fleet logs',
  summary: 'Shows what the workers of all hosts have written, merged by time.',
  usage: '[service]',
  details: `Hosts send lines only while somebody asks for them, at most 800 a second each; how many were left out is said.
The times are those of the hosts, so their clocks decide the order.`,
  options: {
    follow: { short: 'f', text: 'Go on with the lines that come.' },
    lines: { short: 'n', value: 'N', text: `So many lines of each host first. Default: ${usualLines}.` },
    level: { value: 'level', text: 'Only this level and higher ones. Default: trace.', choices: levels },
    json: { text: 'Print JSON, one line a line.' },
    ...fleetOptions,
  },
  examples: [
    ['fleet logs -f', 'the last lines of all hosts, and those that come'],
    ['fleet logs shop --level warn --json | jq .text', 'for scripts'],
  ],
  run: async (input, io) => {
    const service = optionalService('fleet logs', input);
    const follow = input.options['follow'] === true;
    const json = input.options['json'] === true;
    const lines = numberOption(input, 'lines', 0) ?? usualLines;
    const level = choiceOption(input, 'level', levels) ?? 'trace';
    return withFleet(input, io, async (open) => {
      const missing = service === undefined ? undefined : missingService(await readFleet(open), service);
      if (missing !== undefined) io.err(`${missing}\n`);
      // One that is followed may come.
      if (missing !== undefined && !follow) return exitCodes.failed;
      const wanted = { what: 'logs', level, lines, follow, json, ...(service !== undefined && { service }) } as const;
      const shown = await showLines(open, wanted, io);
      if (shown === 0 && !json && !follow) io.err('No lines of workers within 2 s.\n');
      return exitCodes.ok;
    });
  },
};
