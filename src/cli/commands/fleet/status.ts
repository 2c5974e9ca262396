import type { Command } from '../../command.js';
import { exitCodes } from '../../exitCodes.js';
import { fleetOptions, withFleet } from '../../fleet/openFleet.js';
import { onlyService } from '../../fleet/hostsText.js';
import { readFleet } from '../../fleet/readFleet.js';
import { rollText } from '../../fleet/rollText.js';
import { optionalService } from '../../fleet/words.js';
import { harmless } from '../../harmless.js';

export const fleetStatus: Command = {
  name: 'fleet status',
  summary: 'Shows the last restart of each service: what happened on each host, and which code runs there.',
  usage: '[service]',
  options: { json: { text: 'Print JSON.' }, ...fleetOptions },
  examples: [
    ['fleet status', 'all services'],
    ['fleet status shop --json | jq .[].phase', 'for scripts'],
  ],
  run: async (input, io) => {
    const service = optionalService('fleet status', input);
    return withFleet(input, io, async (open) => {
      const report = await readFleet(open);
      const { rolls, unreadable } = onlyService(report, service);
      for (const { problem } of unreadable) io.err(`${io.paint('yellow', '!')} ${harmless(problem)}\n`);
      if (input.options['json'] === true) io.out(`${JSON.stringify(rolls, undefined, 2)}\n`);
      else if (rolls.length === 0 && unreadable.length === 0)
        io.out(`There was no restart${service === undefined ? '' : ` of ${service}`} in the fleet ${open.name}.\n`);
      else io.out(rolls.map((roll) => rollText(roll, io, report.hosts)).join('\n'));
      return unreadable.length === 0 ? exitCodes.ok : exitCodes.failed;
    });
  },
};
