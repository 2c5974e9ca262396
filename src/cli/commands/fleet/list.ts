import type { Command } from '../../command.js';
import { exitCodes } from '../../exitCodes.js';
import { fleetOptions, withFleet } from '../../fleet/openFleet.js';
import { hostsText, onlyService } from '../../fleet/hostsText.js';
import { missingService } from '../../fleet/missingService.js';
import { readFleet } from '../../fleet/readFleet.js';
import { optionalService } from '../../fleet/words.js';

export const fleetList: Command = {
  name: 'fleet ls',
  aliases: ['fleet list'],
  summary: 'Shows the hosts of a fleet and their services.',
  usage: '[service]',
  details: `One line for each service of each host. Below are restarts that are under way or have halted, and hosts with
another version or release than the others.`,
  options: { json: { text: 'Print JSON: hosts and restarts.' }, ...fleetOptions },
  examples: [
    ['fleet ls', 'the fleet of the configuration in this folder'],
    ['fleet ls shop --servers nats-1:4222 --fleet prod', 'the hosts with this service'],
  ],
  run: async (input, io) => {
    const service = optionalService('fleet ls', input);
    return withFleet(input, io, async (open) => {
      const fleet = await readFleet(open);
      const report = onlyService(fleet, service);
      if (input.options['json'] === true) io.out(`${JSON.stringify(report, undefined, 2)}\n`);
      else if (report.hosts.length === 0)
        io.out(`${missingService(fleet, service) ?? `No host is in the fleet ${open.name}.`}\n`);
      else io.out(hostsText(report, io));
      return exitCodes.ok;
    });
  },
};
