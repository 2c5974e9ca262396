import type { Command } from '../../command.js';
import { followRestart } from '../../fleet/followRestart.js';
import { fleetOptions, withFleet } from '../../fleet/openFleet.js';
import { requiredService } from '../../fleet/words.js';

export const fleetResume: Command = {
  name: 'fleet resume',
  summary: 'Goes on with a restart that has halted: hosts that are done are not restarted again.',
  usage: '<service>',
  options: { json: { text: 'Print each state of the restart as JSON, one a line.' }, ...fleetOptions },
  examples: [['fleet resume shop', 'when the cause has been removed']],
  run: async (input, io) => {
    const service = requiredService('fleet resume', input);
    return withFleet(input, io, (open) =>
      followRestart(open, open.fleet.resumeFleetRestart(open.store, service), input.options['json'] === true, io),
    );
  },
};
