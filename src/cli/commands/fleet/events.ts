import type { Command } from '../../command.js';
import { exitCodes } from '../../exitCodes.js';
import { fleetOptions, withFleet } from '../../fleet/openFleet.js';
import { missingService } from '../../fleet/missingService.js';
import { readFleet } from '../../fleet/readFleet.js';
import { showLines } from '../../fleet/showLines.js';
import { optionalService } from '../../fleet/words.js';
import { choiceOption, numberOption } from '../../readOption.js';

const levels = ['trace', 'debug', 'info', 'warn', 'error'] as const;
const usualEvents = 20;

export const fleetEvents: Command = {
  name: 'fleet events',
  summary: 'Shows what the masters of all hosts have decided, merged by time.',
  usage: '[service]',
  details: `Each host keeps its last 1,000 events from when it is in the fleet; proteus events there has more. Hosts send events
only while somebody asks for them. The times are those of the hosts, so their clocks decide the order.`,
  options: {
    follow: { short: 'f', text: 'Go on with the events that come.' },
    lines: { short: 'n', value: 'N', text: `So many events of each host first. Default: ${usualEvents}.` },
    level: { value: 'level', text: 'Only this level and higher ones. Default: info.', choices: levels },
    json: { text: 'Print JSON, one event a line.' },
    ...fleetOptions,
  },
  examples: [
    ['fleet events -f', 'the last events of all hosts, and those that come'],
    ['fleet events shop --level warn --lines 100', 'what went wrong with one service'],
  ],
  run: async (input, io) => {
    const service = optionalService('fleet events', input);
    const follow = input.options['follow'] === true;
    const json = input.options['json'] === true;
    const lines = numberOption(input, 'lines', 0) ?? usualEvents;
    const level = choiceOption(input, 'level', levels) ?? 'info';
    return withFleet(input, io, async (open) => {
      const missing = service === undefined ? undefined : missingService(await readFleet(open), service);
      if (missing !== undefined) io.err(`${missing}\n`);
      // One that is followed may come.
      if (missing !== undefined && !follow) return exitCodes.failed;
      const wanted = { what: 'events', level, lines, follow, json, ...(service !== undefined && { service }) } as const;
      const shown = await showLines(open, wanted, io);
      if (shown === 0 && !json && !follow) io.err('No events within 2 s.\n');
      return exitCodes.ok;
    });
  },
};
