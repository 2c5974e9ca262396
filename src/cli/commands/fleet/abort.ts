import type { Command } from '../../command.js';
import { exitCodes } from '../../exitCodes.js';
import { followRestart } from '../../fleet/followRestart.js';
import { fleetOptions, withFleet } from '../../fleet/openFleet.js';
import { requiredService } from '../../fleet/words.js';
import { textOption } from '../../readOption.js';

export const fleetAbort: Command = {
  name: 'fleet abort',
  summary: 'Ends a restart for good: no further host begins.',
  usage: '<service>',
  details: 'Hosts that have begun end their own restart. The command waits for them.',
  options: {
    why: { value: 'text', text: 'The reason, for the others. 300 characters are kept.' },
    json: { text: 'Print each state of the restart as JSON, one a line.' },
    ...fleetOptions,
  },
  examples: [['fleet abort shop --why "wrong release"', 'hosts that are done keep the new code']],
  run: async (input, io) => {
    const service = requiredService('fleet abort', input);
    const why = textOption(input, 'why') ?? 'somebody has aborted it';
    return withFleet(input, io, async (open) => {
      await followRestart(
        open,
        open.fleet.abortFleetRestart(open.store, service, why),
        input.options['json'] === true,
        io,
      );
      return exitCodes.ok;
    });
  },
};
