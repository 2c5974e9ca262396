import type { Command } from '../../command.js';
import { exitCodes } from '../../exitCodes.js';
import { fleetOptions, withFleet } from '../../fleet/openFleet.js';
import { hostsText, onlyService, summaryText } from '../../fleet/hostsText.js';
import { fleetReports } from '../../fleet/readFleet.js';
import { optionalService } from '../../fleet/words.js';
import { untilInterrupted } from '../../interrupt.js';
import { redraw } from '../../redraw.js';

export const fleetTop: Command = {
  name: 'fleet top',
  summary: 'Shows the hosts, their services and restarts live.',
  usage: '[service]',
  details: 'It changes with each heartbeat of a host. In a pipe it is written again each time. Until Ctrl-C.',
  options: fleetOptions,
  examples: [['fleet top', 'all hosts']],
  run: async (input, io) => {
    const service = optionalService('fleet top', input);
    const draw = io.terminal ? redraw(io) : (text: string) => io.out(`${text}\n`);
    return withFleet(input, io, async (open) => {
      const { each, rx, store, name } = open;
      // Ten hosts report within a second: drawing twice a second is enough. A lost connection is drawn at once.
      const reports$ = rx
        .combineLatest([fleetReports(open), store.reachable$])
        .pipe(rx.throttleTime(500, undefined, { leading: true, trailing: true }));
      await untilInterrupted(
        () =>
          each(reports$, ([all, reachable]) => {
            const report = onlyService(all, service);
            const state = reachable ? '' : `  ${io.paint('red', 'NATS is not reachable')}`;
            draw(`${io.paint('bold', name)}  ${summaryText(report)}${state}\n\n${hostsText(report, io)}`);
          }),
        () => exitCodes.ok,
      );
      return exitCodes.ok;
    });
  },
};
